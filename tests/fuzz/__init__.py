"""Workbooks that no program wrote: thousands of them, each read or refused with one sentence."""
