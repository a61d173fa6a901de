"""Poverty and help as lists state them: household categories, recognitions, pairs."""

from collections.abc import Container, Mapping
from typing import TYPE_CHECKING, Any

from jingzhun.core.vocabulary import Category
from jingzhun.services.statements import Stage
from jingzhun.store.bulk import rows_of
from jingzhun.store.schema import HouseholdCategory
from jingzhun.store.timeline import CATEGORY, PAIRING, RECOGNITION

if TYPE_CHECKING:
    from jingzhun.services.facts import FactRecorder


def record_categories(facts: "FactRecorder") -> None:
    """State each household's categories, as the union of what its rows say."""
    stated: dict[tuple[int, str], tuple[int, tuple[Any, ...]]] = {}
    first_row: dict[int, int] = {}
    silent: dict[int, set[str]] = {}
    unsaid = facts.batch.column("unsaid_categories")
    for at, (household, words) in enumerate(
        zip(facts.households, facts.batch.columns["categories"], strict=True)
    ):
        if household is None:
            continue
        if household not in first_row:
            first_row[household] = facts.batch.row_numbers[at]
            silent[household] = set(unsaid[at] or ())
        elif silent[household]:
            # What one row of a household says, its blank rows do not take back.
            silent[household].intersection_update(unsaid[at] or ())
        for category, *rest in words:
            key = (household, category)
            said = (facts.batch.row_numbers[at], tuple(rest))
            if key not in stated or (stated[key][1][0] is None and rest[0] is not None):
                stated[key] = said
    early, late, now = (facts.stage(CATEGORY) for _ in range(3))
    for subject, (number, dated) in stated.items():
        _state_category(facts, (early, late), number, subject, dated)
        # What holds on the list's own day, against what lesser lists say of that day.
        now.say(number, (*subject, dated[0]))
    for (household, category), number in _denied(facts, stated, first_row, silent).items():
        late.say(number, (household, category, None), holds=False)
    for stage in (early, late, now):
        facts.state(stage)


def _state_category(
    facts: "FactRecorder",
    stages: tuple[Stage, Stage],
    number: int,
    subject: tuple[int, str],
    dated: tuple[Any, ...],
) -> None:
    """State a category from the day it was found, and from another that its risk is gone."""
    early, late = stages
    removed, found_on, removed_on = dated
    if found_on and found_on <= facts.stated_on.isoformat():
        before = False if removed_on else removed
        early.say(number, (*subject, before), event_on=found_on)
    if removed and removed_on and removed_on <= facts.stated_on.isoformat():
        late.say(number, (*subject, True), event_on=removed_on)


def _denied(
    facts: "FactRecorder",
    stated: Mapping[tuple[int, str], Any],
    first_row: Mapping[int, int],
    silent: Mapping[int, Container[str]],
) -> dict[tuple[int, str], int]:
    """Give the categories that the ledger holds, the list speaks about, and does not name.

    Cells left blank for a whole household say nothing of it.
    """
    scope = facts.sheet.reading.category_scope
    held = rows_of(
        facts.connection,
        HouseholdCategory.household_id,
        set(first_row),
        [HouseholdCategory.household_id, HouseholdCategory.category,
         HouseholdCategory.superseded_in, HouseholdCategory.valid_until],
    )  # fmt: skip
    return {
        (row.household_id, row.category): first_row[row.household_id]
        for row in held
        if row.superseded_in is None
        and row.category in scope
        and row.category != Category.OTHER
        and (row.household_id, row.category) not in stated
        and row.category not in silent[row.household_id]
    }


def record_recognitions(facts: "FactRecorder") -> None:
    """State who is recognised as hard up, in which tier, for which term or year."""
    batch = facts.batch
    stage = facts.stage(RECOGNITION)
    columns = [batch.column(name) for name in ("tier", "tier_text", "reasons",
                                               "recognised_from", "recognised_until",
                                               "is_recognised")]  # fmt: skip
    for number, person, tier, text, reasons, start, end, holds in zip(
        batch.row_numbers, facts.people, *columns, strict=True
    ):
        if person is not None:
            stage.say(number, (person, tier, text, reasons), starts=start, until=end,
                      holds=holds)  # fmt: skip
    facts.state(stage)


def record_pairs(facts: "FactRecorder") -> None:
    """State who helps which household."""
    batch = facts.batch
    stage = facts.stage(PAIRING)
    seen: set[tuple[int, int]] = set()
    for at, (household, helper) in enumerate(zip(facts.households, facts.staff, strict=True)):
        if household is None or helper is None or (household, helper) in seen:
            continue
        seen.add((household, helper))
        start, end = batch.column("paired_on")[at], batch.column("ended_on")[at]
        if end and start and end <= start:
            end = None
        stage.say(batch.row_numbers[at], (household, helper, batch.column("measures")[at]),
                  starts=start, until=end)  # fmt: skip
    facts.state(stage)
