"""The figures by which helpers are given households, out of ``pairing.toml``."""

from datetime import date

from jingzhun.core.pairing import LoadRules
from jingzhun.policies.norms import Norm, Own, all_norms, norms


def load_rules(day: date, own: Own = ()) -> LoadRules:
    """Give the figures in force on a day; ``own`` are the ledger's own policy files of that day."""
    held = norms("pairing", day, own)
    # An own version that goes on with the law's steps does not begin them anew.
    ages = [norm for norm in all_norms("pairing", own)["retirement"] if _rises(norm)]
    return LoadRules(
        top_posts=frozenset(held["top_posts"].value),
        leading_posts=frozenset(held["leading_posts"].value),
        top_load=held["top_load"].value,
        load=held["load"].value,
        exempt_years=held["exempt_years"].value,
        locked_years=held["locked_years"].value,
        worker_words=tuple(held["worker_words"].value),
        retirement=held["retirement"].value,
        reform_on=ages[0].starts if ages else held["retirement"].starts,
    )


def _rises(retirement: Norm) -> bool:
    return any(age["step"] for age in retirement.value.values())
