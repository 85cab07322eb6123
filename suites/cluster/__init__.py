"""Builds whose work the workers of a real cluster share, and what may befall those."""
