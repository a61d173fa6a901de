"""Money: the journal, receipts, payment batches and what the bank says of them."""
