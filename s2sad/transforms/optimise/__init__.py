"""General clean-up of the IR: what no one would write by hand does not survive it."""
