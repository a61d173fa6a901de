"""Where in a sheet the tables stand, what their headers say, and what kind of list they are."""
