"""Mutated input of every kind, through all of feedpub; run as `make fuzz`."""
