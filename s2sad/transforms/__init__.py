"""IR to IR: differentiation, and the clean-up after it."""
