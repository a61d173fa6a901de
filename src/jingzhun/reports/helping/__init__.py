"""Households and their helpers: who helps whom, and how well."""
