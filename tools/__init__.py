"""Programs for feedpub's developers."""
