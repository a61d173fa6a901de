"""Run the command line with ``python -m jingzhun``."""

from jingzhun.cli import main

main()
