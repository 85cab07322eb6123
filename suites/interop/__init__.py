"""Readers of Debian, of PyPI and of npm, over feeds of ours that are served on loopback."""
