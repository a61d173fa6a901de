"""Workbooks in, believed records out: containers, layout, kinds, cells, records."""
