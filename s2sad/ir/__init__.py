"""The structured, SSA-like intermediate form: nodes, kinds, printing and checking."""
