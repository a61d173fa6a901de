"""Use cases: each takes a session, does one thing in it, and never commits."""
