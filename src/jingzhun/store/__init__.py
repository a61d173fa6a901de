"""The ledger: its tables, how it is opened, and set-based SQL over it."""
