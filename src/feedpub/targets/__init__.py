"""Where Documents go."""
