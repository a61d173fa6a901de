"""Runs, what is granted, and the rules it is granted by."""
