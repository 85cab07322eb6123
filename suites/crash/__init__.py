"""Commands that are killed, fail and collide, and what the next ones make of it."""
