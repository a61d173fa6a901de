"""jingzhun (精准): the ledger of targeted education aid for schools and county bureaus."""

__version__ = "0.1.0"
