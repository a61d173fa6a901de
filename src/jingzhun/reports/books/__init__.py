"""The fund journal as its readers keep it."""
