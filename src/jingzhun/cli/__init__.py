"""The command line: the folder tree is the command tree, one short function a command.

A command takes its arguments, opens one transaction, makes one call and shows one page. This room
is the only clock (``desk``) and the only error boundary (``boundary``). Modules here import nothing
heavy at their top: ``--help`` must not load the database.
"""

import gc
import sys

from jingzhun import __version__


def main() -> None:
    """Run the command line on the words typed, then exit."""
    if sys.argv[1:] == ["--version"]:
        # Answered before typer is imported, which costs six times as much as Python itself.
        print(f"jingzhun {__version__}")
        return
    # Collections find nothing while modules load, nor on leaving, and cost a quarter of a short
    # command; the desk turns them on again when its ledger is open.
    gc.disable()
    from jingzhun.cli.tree import run  # typer: 60 ms

    try:
        run()
    finally:
        gc.freeze()
