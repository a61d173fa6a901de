"""What is done at the desk: entries, corrections, rollover, matches, cases, decisions."""
