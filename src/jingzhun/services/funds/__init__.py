"""Money in and out: receipts, gifts, payment batches, and what the bank says of them."""
