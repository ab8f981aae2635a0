"""Programs that s2sad must refuse, each marking the line at fault with ``# refused: pattern``."""
