"""Take files in, question the strange ones, keep what they said, take one back."""
