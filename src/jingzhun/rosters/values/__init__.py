"""What one cell says: ids, dates, grades, amounts, words; or what is wrong with it."""
