"""Children: who is missing, who is gone, who is in danger, what was done for each."""
