"""Money that comes in and goes out: receipts, gifts, payment batches, what the bank says of them."""
