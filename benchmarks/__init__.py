"""Measure feedpub beside a plain feedgen script, on a corpus made for it."""
