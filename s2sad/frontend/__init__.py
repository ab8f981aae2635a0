"""From a Python function to the IR: its source, its names, its constructs."""
