"""What lists said, as lists again: every row with the places it came from."""
