"""The figures by which helpers are given households, out of ``pairing.toml``."""

from datetime import date

from jingzhun.core.pairing import LoadRules
from jingzhun.policies.norms import norms


def load_rules(day: date) -> LoadRules:
    """Give the figures in force on a day."""
    held = norms("pairing", day)
    return LoadRules(
        top_posts=frozenset(held["top_posts"].value),
        leading_posts=frozenset(held["leading_posts"].value),
        top_load=held["top_load"].value,
        load=held["load"].value,
        exempt_years=held["exempt_years"].value,
        locked_years=held["locked_years"].value,
        worker_words=tuple(held["worker_words"].value),
        retirement=held["retirement"].value,
        reform_on=held["retirement"].starts,
    )
