"""Pure functions from IR to facts."""
