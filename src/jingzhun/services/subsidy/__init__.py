"""Compute a period's aid, explain it, walk it to approval, adjust it."""
