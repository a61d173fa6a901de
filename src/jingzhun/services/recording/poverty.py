"""Household categories as lists state them."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from jingzhun.core.vocabulary import Category
from jingzhun.services.recording.categories import Said, pack, said_by_rows, settle_categories
from jingzhun.services.recording.conflicts import Conflict
from jingzhun.services.recording.derived import Settled
from jingzhun.services.recording.facts import FactRecorder
from jingzhun.services.recording.plain import CATEGORY, Row, write
from jingzhun.services.recording.sheet import CHANGED
from jingzhun.store.bulk import rows_of
from jingzhun.store.schema import HouseholdCategory, Source


def category_words(facts: FactRecorder) -> Mapping[str, Sequence[Any]]:
    """Give what each row says of its household's categories, as a column of ``source``."""
    if "categories" not in facts.batch.columns:
        return {}
    unsaid = facts.batch.column("unsaid_categories")
    packed: dict[Any, str | None] = {}
    column = []
    for key in zip(facts.batch.columns["categories"], unsaid, strict=True):
        if key not in packed:
            packed[key] = pack(*key)
        column.append(packed[key])
    return {"categories": column}


def record_categories(facts: FactRecorder) -> None:
    """State each household's categories, as the union of what its rows say.

    A household of which no list spoke before is simply written, one that is held just so is left;
    the rest is settled from all that was said.
    """
    batch = facts.batch
    said = dict(
        said_by_rows(
            facts.households, batch.row_numbers, batch.columns["categories"],
            batch.column("unsaid_categories"),
        )
    )  # fmt: skip
    heard = _heard_before(facts, set(said))
    plain: list[Row] = []
    starts = facts.speaker.term_start
    open_: set[int] = set()
    for household, words in said.items():
        if household in heard or any(found or gone for _, _, found, gone in words.named.values()):
            open_.add(household)
            continue
        for category, (number, removed, _found, _gone) in words.named.items():
            plain.append((number, household, category, removed, starts))
            facts.sheet.rows.mark(facts.place[number], CHANGED)
    write(facts.connection, CATEGORY, plain, facts.speaker)
    open_ -= _held_just_so(facts, said, open_)
    settled = settle_categories(facts.connection, open_, facts.recorded_in)
    for household, _category in settled.changed:
        facts.sheet.rows.mark(facts.place[said[household].first_row], CHANGED)
    conflicts = [
        conflict
        for household in open_
        for conflict in _conflicts(facts, household, said[household], settled)
    ]
    if conflicts:
        facts.claim("household_id", sorted(conflicts, key=lambda one: one.row_number))


def _heard_before(facts: FactRecorder, households: set[int]) -> set[int]:
    """Give the households of which another sheet spoke, or may have spoken by leaving it out.

    Of a sheet that is said again they all are: it spoke before.
    """
    if facts.may_be_closed() or facts.sheet.is_again:
        return households
    columns = [Source.household_id, Source.sheet_id, Source.categories]
    rows = rows_of(facts.connection, columns[0], households, columns)
    mine = facts.sheet.sheet_id
    return {row.household_id for row in rows if row.sheet_id != mine and row.categories is not None}


def _held_just_so(facts: FactRecorder, said: Mapping[int, Said], households: set[int]) -> set[int]:
    """Give the households that are held to be just what the sheet says, by no lesser list."""
    rank = facts.speaker.rank(CATEGORY.group)
    scope = facts.sheet.reading.category_scope - {Category.OTHER.value}
    table = HouseholdCategory.__table__
    names = ("household_id", "category", "risk_removed", "rank", "valid_from", "valid_until",
             "superseded_in")  # fmt: skip
    columns = [table.c[name] for name in names]
    held: dict[int, dict[str, tuple[bool | None, int]]] = {one: {} for one in households}
    later: dict[int, set[str]] = {one: set() for one in households}
    for row in rows_of(facts.connection, columns[0], households, columns):
        if (
            row.superseded_in is None
            and row.valid_from <= facts.stated_on
            and (row.valid_until is None or row.valid_until > facts.stated_on)
        ):
            held[row.household_id][row.category] = (row.risk_removed, row.rank)
        elif row.superseded_in is None and row.valid_from > facts.stated_on:
            later[row.household_id].add(row.category)
    return {
        household
        for household in households
        # What lesser lists say of later days, this one may deny.
        if not _denied(said[household], held[household].keys() | later[household], scope)
        and _is_just_so(said[household], held[household], rank)
    }


def _denied(said: Said, held: AbstractSet[str], scope: frozenset[str]) -> AbstractSet[str]:
    """Give those categories of which the sheet speaks without naming them."""
    return (held & scope) - said.silent - said.named.keys()


def _is_just_so(said: Said, held: Mapping[str, tuple[bool | None, int]], rank: int) -> bool:
    for category, (_number, removed, found, gone) in said.named.items():
        if category not in held or found or gone:
            return False
        risk, by = held[category]
        if removed not in {None, risk} or by < rank:
            return False
    return True


def _conflicts(
    facts: FactRecorder, household: int, said: Said, settled: Settled
) -> Iterator[Conflict]:
    """Give where the sheet says otherwise of a risk than holds on its day."""
    day = facts.stated_on
    for category, (number, removed, _found, _gone) in said.named.items():
        for spell in settled.spells[household].get(category, ()):
            if not (spell.start <= day and (spell.until is None or day < spell.until)):
                continue
            if removed is not None and spell.value[0] not in {None, removed}:
                yield Conflict(
                    row_number=number, subject=household, field="risk_removed",
                    said=str(int(removed)), held=str(int(not removed)),
                    held_sheet=spell.word.order[0], held_row=spell.word.order[1],
                )  # fmt: skip
