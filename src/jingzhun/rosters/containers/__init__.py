"""Containers of sheets, whatever a file's name says: the only room that knows file formats."""
