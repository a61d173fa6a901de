"""What a row says, a module for each kind of list or part of a row."""
