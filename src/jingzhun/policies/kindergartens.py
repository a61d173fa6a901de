"""What is asked of a pair of kindergartens, out of ``kindergartens.toml``."""

from datetime import date

from jingzhun.core.kindergartens import PairRules
from jingzhun.policies.norms import Own, norms


def pair_rules(day: date, own: Own = ()) -> tuple[PairRules, tuple[str, ...]]:
    """Give the figures in force on a day, and the documents that set them."""
    held = norms("kindergartens", day, own)
    rules = PairRules(
        visits_a_month=held["visits_a_month"].value,
        visit_months=frozenset(held["visit_months"].value),
        visit_forms=frozenset(held["visit_forms"].value),
        hours_a_term=held["hours_a_term"].value,
        hour_forms=frozenset(held["hour_forms"].value),
        lectures_a_term=held["lectures_a_term"].value,
        lecture_forms=frozenset(held["lecture_forms"].value),
        good_share=held["good_share"].value,
        passed_share=held["passed_share"].value,
        papers_a_year=held["papers_a_year"].value,
    )
    return rules, tuple(dict.fromkeys(norm.source for norm in held.values()))
