"""The policies that ship with the program: packs of schemes, derived facts, norms, holidays.

``plan/`` and ``national/`` hold one TOML file for each scheme and a ``pack.toml``; the file's name
is the scheme's key. ``facts.toml`` says who is poor, registered, of the four classes.
"""
