"""A module for each system: what it means by its fields, and nothing of it elsewhere.

Each defines `SYSTEMS`, which `registry` finds by itself.
"""
