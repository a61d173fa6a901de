"""A random true world, written dirtily into workbooks, and read back exactly."""
