"""Households of one sheet, known again by their number, their head's id, or head and village.

A pupil whom a list puts into a category without saying in which household gets a *home*: a
household of his own without number and head, until a household list numbers it or takes him in.
"""

from collections.abc import Collection, Container, Mapping, Sequence
from typing import Any

from sqlalchemy import select, update

from jingzhun.core.vocabulary import DUTY_KINDS, PAIR_KINDS, Category, Kind
from jingzhun.services.recording.sheet import CHANGED, SheetRecorder
from jingzhun.store.bulk import distinct, ids_of, insert_rows, next_id, rows_of
from jingzhun.store.places import record_villages
from jingzhun.store.registry import HOUSEHOLDS, PERSONS
from jingzhun.store.schema import Household, ImportSheet, Person, Source, Village

#: A head's id, name and village.
Head = tuple[str | None, str | None, int | None]
#: The kinds that tell of a household by its head alone.
_BY_HEAD = frozenset(
    {*PAIR_KINDS, *DUTY_KINDS, Kind.HOUSEHOLD_MEMBERS, Kind.POOR_STUDENT_LIST,
     Kind.LABOUR_ROSTER, Kind.SPECIAL_GROUP, Kind.HOME_VISITS}
)  # fmt: skip
#: The kinds that number no household of ours: what they say goes to where their people live.
_BORROWING = frozenset({Kind.SPECIAL_GROUP})


def borrows(kind: Kind, columns: Container[str]) -> bool:
    """Say whether a list's rows are of the household of their person, wherever he lives."""
    told = kind in _BY_HEAD and ("head_id" in columns or "head_name" in columns)
    return kind in _BORROWING or not (told or "household_no" in columns)


def record_households(sheet: SheetRecorder) -> list[int | None]:
    """Give the household id of each row; None where the row tells of none."""
    batch = sheet.batch
    if borrows(sheet.kind, batch.columns.keys()) and sheet.kind not in _BORROWING:
        return [None] * len(batch)
    villages = _villages(sheet)
    keys, known = _keys(sheet, villages)
    _number_known(sheet, villages)
    columns: dict[str, Sequence[Any]] = {"household_no": keys, "village_id": villages}
    for name, source in (
        ("group_name", "group_name"),
        ("head_name", "head_name"),
        ("phone", "household_phone"),
        ("poverty_cause", "poverty_cause"),
    ):
        if source in batch.columns:
            columns[name] = batch.columns[source]
    recorded = sheet.recorder.record(
        HOUSEHOLDS, "household_no", columns, batch.row_numbers, known=known
    )
    _drop_placeholder_numbers(sheet, keys)
    sheet.note_conflicts(recorded, {"village_id": "所在村"})
    for at in recorded.changed:
        sheet.rows.mark(at, CHANGED)
    if sheet.kind in PAIR_KINDS | DUTY_KINDS | {Kind.HOME_VISITS}:
        words = "账里原来没有这一户，已新建，待户名单补全。"
        for at in sorted(recorded.added):
            sheet.notice(at, "head_name", "household_created", words)
        _note_bare_heads(sheet, villages)
    return recorded.ids


def _note_bare_heads(sheet: SheetRecorder, villages: Sequence[int | None]) -> None:
    """Say which heads are told by name alone though households of that head are known."""
    names = ("head_name", "household_no", "head_id")
    columns = (*(sheet.batch.column(name) for name in names), villages)
    bare: dict[str, int] = {}
    for at, (head, *told) in enumerate(zip(*columns, strict=True)):
        if head and not any(told):
            bare.setdefault(head, at)
    wanted = [Household.head_name, Household.household_no, Household.village_id]
    known = rows_of(sheet.connection, wanted[0], bare, wanted)
    named = [Village.id, Village.name]
    places = {
        row.id: row.name
        for row in rows_of(sheet.connection, named[0], {row.village_id for row in known}, named)
    }
    alike: dict[str, list[str]] = {}
    for row in known:
        if row.household_no or row.village_id is not None:
            alike.setdefault(row.head_name, []).append(places.get(row.village_id, "村不明"))
    for head, where in alike.items():
        words = (
            f"只写了户主“{head}”，没有户编号、村和证件号，没有猜是哪一户，单独记为一户；"
            f"账里同名的有 {len(where)} 户（{'、'.join(where[:3])}）。"
            "请撤销这次导入，补填后再导入。"
        )
        sheet.notice(bare[head], "head_name", "household_vague", words)


def give_homes(
    sheet: SheetRecorder, people: Sequence[int | None], households: Sequence[int | None]
) -> list[int | None]:
    """Complete ``households`` for rows whose categories would else belong to nobody.

    They belong to the household of the row's person, or to a new one of his own.
    """
    batch = sheet.batch
    categories = batch.column("categories")
    homeless = {
        person: at
        for at, (person, household, said) in enumerate(
            zip(people, households, categories, strict=True)
        )
        if household is None
        and person is not None
        and any(word[0] != Category.OTHER for word in said or ())
    }
    if not homeless:
        return list(households)
    columns = [PERSONS.c.id, PERSONS.c.household_id]
    homes = {row[0]: row[1] for row in rows_of(sheet.connection, columns[0], homeless, columns)}
    first = next_id(sheet.connection, HOUSEHOLDS)
    without = [person for person in homeless if homes[person] is None]
    if sheet.kind is Kind.LABOUR_ROSTER:
        # Grown-ups whom no household list knows need no household for want of a better one.
        without = []
    made = {person: first + order for order, person in enumerate(without)}
    insert_rows(
        sheet.connection,
        HOUSEHOLDS,
        ("id", "sheet_id", "row_number"),
        [(home, sheet.sheet_id, batch.row_numbers[homeless[p]]) for p, home in made.items()],
    )
    for person, home in made.items():
        at = homeless[person]
        sheet.recorder.revise(PERSONS, person, {"household_id": home}, batch.row_numbers[at])
        sheet.rows.mark(at, CHANGED)
    homes |= made
    return [
        homes.get(person) if household is None and person in homeless else household
        for person, household in zip(people, households, strict=True)
    ]


def _villages(sheet: SheetRecorder) -> list[int | None]:
    batch = sheet.batch
    if "village" not in batch.columns:
        return [None] * len(batch)
    columns = [batch.column(name) for name in ("province", "county", "township", "village")]
    places = [
        (province or "", county or "", township or "", village) if village else None
        for province, county, township, village in zip(*columns, strict=True)
    ]
    found = record_villages(sheet.connection, places)
    return [None if place is None else found[place] for place in places]


def _keys(
    sheet: SheetRecorder, villages: Sequence[int | None]
) -> tuple[list[str | None], dict[str, int]]:
    """Give each row's household key, and the ids of keys that are found by head.

    A household is known by its number, else by its head's id, else by head's name and village.
    """
    if sheet.kind in _BORROWING:
        return _borrowed_keys(sheet, villages)
    keys: list[str | None] = []
    heads: dict[str, Head] = {}
    for number, head in zip(
        sheet.batch.column("household_no"), _heads(sheet, villages), strict=True
    ):
        key = _head_key(head)
        if not number and key:
            heads[key] = head
        keys.append(number or key)
    found = _found_by_head(sheet, heads)
    return keys, _found_by_members(sheet, keys, heads, found) | found


def _found_by_members(
    sheet: SheetRecorder,
    keys: Sequence[str | None],
    heads: Mapping[str, Head],
    found: Container[str],
) -> dict[str, int]:
    """Give the household of a head that nobody knows, where its rows' people live with him.

    That is: in one household with a number alone, whose head and village are not another's.
    """
    open_ = {
        identity: key
        for identity, key in zip(sheet.batch.column("identity"), keys, strict=True)
        if key and identity and key in heads and key not in found
    }
    if not open_:
        return {}
    people = ids_of(sheet.connection, Person.identity, open_, target=Person.id)
    names = {person: identity for identity, person in people.items()}
    columns = [Source.person_id, Source.household_id]
    lived = rows_of(sheet.connection, columns[0], names, columns)
    wanted = [Household.id, Household.household_no, Household.head_name, Household.village_id]
    numbered = {
        row.id: row
        for row in rows_of(sheet.connection, wanted[0], distinct(row[1] for row in lived), wanted)
        if row.household_no
    }
    homes: dict[str, set[int]] = {}
    for person, household in lived:
        key = open_[names[person]]
        if household in numbered and _agree(numbered[household][2:], heads[key][1:]):
            homes.setdefault(key, set()).add(household)
    return {key: min(where) for key, where in homes.items() if len(where) == 1}


def _agree(held: Sequence[Any], said: Sequence[Any]) -> bool:
    """Say whether a head and a village may be those of a row: what is not known agrees."""
    return all(
        one is None or other is None or one == other for one, other in zip(held, said, strict=True)
    )


def _heads(sheet: SheetRecorder, villages: Sequence[int | None]) -> list[Head]:
    columns = (sheet.batch.column(name) for name in ("head_id", "head_name"))
    return list(zip(*columns, villages, strict=True))


def _head_key(head: Head) -> str | None:
    head_id, head_name, village = head
    if head_id:
        return f"?{head_id}"
    return f"?{head_name}@{village}" if head_name else None


def _borrowed_keys(
    sheet: SheetRecorder, villages: Sequence[int | None]
) -> tuple[list[str | None], dict[str, int]]:
    """Give the keys of a list with another bureau's numbers: they tell but who lives together.

    A row is of the household where its person is known to live; failing that, or where he has but
    a home made for want of a better one, of the numbered one, of the family's, of the head's.
    """
    numbers = sheet.batch.column("family_no")
    heads = _heads(sheet, villages)
    own, settled = _own_households(sheet)
    ours = ids_of(sheet.connection, Household.household_no, distinct(numbers), target=Household.id)
    head_keys = [_head_key(head) for head in heads]
    found = _found_by_head(sheet, {k: h for k, h in zip(head_keys, heads, strict=True) if k})
    kin = [f"?{number}" if number else key for number, key in zip(numbers, head_keys, strict=True)]
    firm, loose = _homes_of_kin(kin, own, settled), _homes_of_kin(kin, own, set(own))
    keys: list[str | None] = []
    known: dict[str, int] = {}
    for number, head_key, family, home in zip(numbers, head_keys, kin, own, strict=True):
        if home not in settled:
            better = ours.get(number) or firm.get(family) or found.get(head_key or "")
            home = better or home or loose.get(family)  # noqa: PLW2901 - where he really lives
        key = head_key or family
        if home is not None:
            key = f"?#{home}"
            known[key] = home
        keys.append(key)
    return _homes_of_own(sheet, keys, known), known


def _homes_of_kin(
    kin: Sequence[str | None], homes: Sequence[int | None], among: Container[int | None]
) -> dict[str | None, int]:
    """Give the household of each family of a list of which one alone is known."""
    found: dict[str | None, set[int]] = {}
    for family, home in zip(kin, homes, strict=True):
        if family and home is not None and home in among:
            found.setdefault(family, set()).add(home)
    return {family: min(where) for family, where in found.items() if len(where) == 1}


def _homes_of_own(
    sheet: SheetRecorder, keys: Sequence[str | None], known: Container[str | None]
) -> list[str | None]:
    """Give a borrowing list's keys, with one of his own for whoever has no household yet.

    Only what it says of categories makes a household: a list of the disabled makes none.
    """
    says = [bool(said) for said in sheet.batch.column("categories")]
    wanted = {key for key, said in zip(keys, says, strict=True) if said}
    homeless = 0
    result: list[str | None] = []
    for key, said, identity in zip(keys, says, sheet.batch.columns["identity"], strict=True):
        homeless += key is None and said
        own = f"?@{identity}" if said else None
        result.append(own if key is None else key if key in known or key in wanted else None)
    if homeless:
        words = f"{homeless} 人看不出是哪一户，先各记一户；户名单导入后并入所在的户。"
        sheet.notice_sheet("household_unknown", words)
    return result


def _own_households(sheet: SheetRecorder) -> tuple[list[int | None], set[int | None]]:
    """Give by row where its person is known to live, and those of a household that lists know."""
    identities = sheet.batch.columns["identity"]
    homes = ids_of(
        sheet.connection, Person.identity, distinct(identities), target=Person.household_id
    )
    columns = [Household.id, Household.household_no, Household.head_name]
    known = rows_of(sheet.connection, columns[0], distinct(homes.values()), columns)
    settled: set[int | None] = {row[0] for row in known if row[1]}
    settled |= _told_by_others(sheet, {row[0] for row in known if row[2]} - settled)
    return [homes.get(identity) for identity in identities], settled


def _told_by_others(sheet: SheetRecorder, households: Collection[int]) -> set[int]:
    """Give those households of which a list spoke that knows households itself."""
    columns = [Source.household_id, Source.sheet_id]
    spoken = rows_of(sheet.connection, columns[0], households, columns)
    kinds = [ImportSheet.id, ImportSheet.kind]
    sheets = rows_of(sheet.connection, kinds[0], {row[1] for row in spoken}, kinds)
    others = {row[0] for row in sheets if row[1] not in _BORROWING}
    return {household for household, sheet_id in spoken if sheet_id in others}


def _found_by_head(sheet: SheetRecorder, heads: Mapping[str, Head]) -> dict[str, int]:
    if not heads:
        return {}
    head_ids = distinct(head_id for head_id, _, _ in heads.values())
    members = ids_of(sheet.connection, Person.identity, head_ids, target=Person.household_id)
    by_name: dict[tuple[str | None, int | None], list[int]] = {}
    names = distinct(head_name for _, head_name, _ in heads.values())
    columns = [Household.head_name, Household.id, Household.village_id]
    for name, household, village in rows_of(sheet.connection, columns[0], names, columns):
        by_name.setdefault((name, village), []).append(household)
    found = {}
    for key, (head_id, head_name, village) in heads.items():
        named = by_name.get((head_name, village), [])
        household = members.get(head_id) if head_id else None
        # Two heads of one name in a village: nobody can say which, so neither is taken.
        household = household or (named[0] if len(named) == 1 else None)
        if household is not None:
            found[key] = household
    return found


def _number_known(sheet: SheetRecorder, villages: Sequence[int | None]) -> None:
    """Give its number to a household that so far was known by its head or its pupil alone."""
    batch = sheet.batch
    if "household_no" not in batch.columns:
        return
    by_head, by_member = _unnumbered(sheet)
    if not by_head and not by_member:
        return
    numbers = batch.columns["household_no"]
    columns = (numbers, batch.column("head_name"), villages, batch.column("identity"))
    taken = ids_of(sheet.connection, Household.household_no, distinct(numbers), target=Household.id)
    given: set[int] = set()
    for at, (number, head_name, village, identity) in enumerate(zip(*columns, strict=True)):
        household = by_head.get((head_name, village))
        lived_in = by_member.get(identity)
        if lived_in is not None and _agree(lived_in[1:], (head_name, village)):
            household = lived_in[0]
        if number and number not in taken and household is not None and household not in given:
            taken[number] = household
            given.add(household)
            now = {"household_no": number}
            sheet.recorder.revise(HOUSEHOLDS, household, now, batch.row_numbers[at])


def _unnumbered(
    sheet: SheetRecorder,
) -> tuple[dict[tuple[str | None, int | None], int], dict[str, tuple[int, str | None, int | None]]]:
    """Give households without number: by head and village, and with them by who lives there."""
    headed = sheet.connection.execute(
        select(Household.head_name, Household.village_id, Household.id).where(
            Household.household_no.is_(None), Household.head_name.is_not(None)
        )
    )
    homes = sheet.connection.execute(
        select(Person.identity, Household.id, Household.head_name, Household.village_id)
        .join(Household, Household.id == Person.household_id)
        .where(Household.household_no.is_(None))
    )
    return {row[:2]: row[2] for row in headed}, {row[0]: (row[1], row[2], row[3]) for row in homes}


def _drop_placeholder_numbers(sheet: SheetRecorder, keys: Sequence[str | None]) -> None:
    """A household known by its head alone has no number of its own yet."""
    if any(key and key.startswith("?") for key in keys):
        sheet.connection.execute(
            update(Household)
            .where(Household.household_no.startswith("?", autoescape=True))
            .values(household_no=None)
        )
