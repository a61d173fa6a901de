"""What is done at the desk: entries, corrections, decisions, and whom a few words mean."""
