"""Make the town out of one seed."""

from random import Random

from samples.families import make_households
from samples.helpers import make_pairs, make_staff
from samples.names import Namer
from samples.schooling import make_changes, make_pupils, make_recognitions
from samples.town import Town

SEED = 20261124


def make_town(seed: int = SEED) -> Town:
    """Make the town; the same seed makes the same one."""
    dice = Random(seed)
    namer = Namer(dice)
    town = Town(households=make_households(dice, namer))
    make_pupils(town, dice, namer)
    make_changes(town, dice)
    make_recognitions(town, dice)
    town.staff = make_staff(dice, namer)
    make_pairs(town, dice)
    return town
