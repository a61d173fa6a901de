"""Lists of before are said again when another list tells of whom or of what they spoke.

A row is about whom the ledger knows on its day. A later list may know better: that the pupil whom a
class's list had by name alone is one with an id number, or in which household the orphan lives. The
record that was made for want of a better one then goes, and the sheets that spoke of it are said
again from what is kept of them (decision 0011): what follows is what would have followed had they
come last. So the order of lists does not matter, and undoing the list that told brings all back.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import Connection, select

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters import Batch, SheetWords
from jingzhun.services.recording.categories import settle_categories
from jingzhun.services.recording.contents import kept_sheets
from jingzhun.services.recording.events import restand
from jingzhun.services.recording.homes import borrows
from jingzhun.services.recording.namesakes import goes_by_name
from jingzhun.services.recording.pairs import settle_pairs
from jingzhun.services.recording.recognitions import settle_recognitions
from jingzhun.services.recording.sheet import CHANGED, SheetRecorder
from jingzhun.store.bulk import rows_of
from jingzhun.store.derived import firm_records, remove_records, unused_records
from jingzhun.store.matches import carry_over
from jingzhun.store.registry import HOUSEHOLDS, PERSONS
from jingzhun.store.schema import Household, Import, ImportColumn, ImportSheet, Person, Source

Say = Callable[[SheetRecorder], None]
Row = tuple[int, int]
Key = tuple[str, Any]
#: A sheet that is said again may itself tell more; what it tells is heard so many times over.
_ROUNDS = 4
_OF_HOUSEHOLDS = (
    ("household_no", "number"), ("family_no", "number"), ("head_id", "person"),
    ("head_name", "head"), ("identity", "person"),
)  # fmt: skip


def retell(sheet: SheetRecorder, say: Say) -> None:
    """Say those sheets again whose rows are now about somebody, or of a household, other than then.

    ``say`` records one sheet as it was recorded in its time.
    """
    if not sheet.loose and not any(sheet.rows.outcomes):
        return  # it told nothing new
    heard = [sheet]
    for _ in range(_ROUNDS):
        loose = _joinable(sheet, heard)
        homes, sheets = _unsettled(sheet) if heard == [sheet] else (set(), set())
        sheets |= _stale(sheet) | _speaking_of(sheet.connection, loose, homes)
        if not sheets:
            break
        heard = _again(sheet, say, loose, homes, sheets)
    _remove_empty(sheet)


def _joinable(sheet: SheetRecorder, heard: Sequence[SheetRecorder]) -> dict[int, str]:
    """Give the loose records that may go, with their identities; say what stays apart and why."""
    found = {person: (one, at) for one in heard for person, at in one.loose.items()}
    if not found:
        return {}
    columns = [PERSONS.c.id, PERSONS.c.identity]
    identities = dict(row[:2] for row in rows_of(sheet.connection, columns[0], found, columns))
    firm = firm_records(sheet.connection, PERSONS, identities.keys())
    for person in sorted(firm):
        one, at = found[person]
        if one is sheet and ":" in identities[person]:
            name = sheet.batch.columns["name"][at]
            words = (
                f"“{name}”在账里另有一条没有身份证号的记录，看来是同一个人；"
                "那条上已有补助、收付或劝返记录，没有并过来，请用 jingzhun match review 确认。"
            )
            sheet.notice(at, "name", "records_apart", words)
    return {person: identities[person] for person in identities.keys() - firm}


def _speaking_of(
    connection: Connection, people: Collection[int], households: Collection[int]
) -> set[int]:
    columns = [Source.person_id, Source.sheet_id]
    sheets = {row[1] for row in rows_of(connection, columns[0], people, columns)}
    columns = [Source.household_id, Source.sheet_id]
    return sheets | {row[1] for row in rows_of(connection, columns[0], households, columns)}


def _stale(sheet: SheetRecorder) -> set[int]:
    """Give the sheets with a row whose household is its person's, who lives elsewhere by now."""
    borrowing = _borrowing(sheet.connection, "categories")
    if not borrowing:
        return set()
    moved = (Source.household_id != Person.household_id) | (
        Source.household_id.is_(None)
        & Person.household_id.is_not(None)
        & Source.categories.not_like("[[]%")
        & Source.categories.not_like('[[["other"%')
    )
    query = select(Source.sheet_id).join(Person, Person.id == Source.person_id)
    return set(sheet.connection.scalars(query.where(Source.sheet_id.in_(borrowing), moved)))


def _borrowing(connection: Connection, speaking_of: str | None = None) -> set[int]:
    """Give the sheets in force that say of no household themselves whose their people are."""
    columns: dict[int, set[str]] = {}
    kinds: dict[int, Kind] = {}
    told = {"household_no", "head_id", "head_name", "categories"}
    query = (
        select(ImportColumn.sheet_id, ImportColumn.field, ImportSheet.kind)
        .join(ImportSheet, ImportSheet.id == ImportColumn.sheet_id)
        .join(Import, Import.id == ImportSheet.import_id)
        .where(
            Import.undone_at.is_(None), ImportColumn.field.in_(told), ImportSheet.kind.is_not(None)
        )
    )
    for sheet_id, field, kind in connection.execute(query):
        columns.setdefault(sheet_id, set()).add(field)
        kinds[sheet_id] = Kind.coded(kind or "")
    return {
        sheet_id
        for sheet_id, fields in columns.items()
        if borrows(kinds[sheet_id], fields) and (speaking_of is None or speaking_of in fields)
    }


def _unsettled(sheet: SheetRecorder) -> tuple[set[int], set[int]]:
    """Give the households without number that prove to be one with a number, and sheets.

    Of these this one may tell in which household their people live.
    """
    connection, batch = sheet.connection, sheet.batch
    tells = any(batch.column("household_no")) or any(batch.column("head_name"))
    if not tells or sheet.kind is Kind.SPECIAL_GROUP:
        return set(), set()
    columns = (Source.household_id, Household.head_name, Household.village_id)
    query = select(*columns).join(Household, Household.id == Source.household_id)
    rows = connection.execute(query.where(Household.household_no.is_(None)).distinct()).all()
    homes = _same_heads(sheet, rows) | _same_ids(sheet, {row.household_id for row in rows})
    open_ = _open_rows(connection)
    mine = {key for keys in _keys_of_rows(batch) for key in keys} if open_ else set()
    sheets = {
        one.sheet_id
        for one in kept_sheets(connection, open_.keys())
        if _touches(one.words.batch, open_[one.sheet_id], mine)
    }
    return homes - firm_records(connection, HOUSEHOLDS, homes), sheets


def _same_ids(sheet: SheetRecorder, open_: Collection[int]) -> set[int]:
    """Give the households without number of which a list told but the head's id, told here too."""
    columns = ("identity", "household_no")
    told = zip(*(sheet.batch.column(name) for name in columns), strict=True)
    mine = {identity for identity, number in told if identity and number}
    if not mine or not open_:
        return set()
    places = [Source.household_id, Source.sheet_id, Source.row_number]
    spoken = {
        (row.sheet_id, row.row_number): row.household_id
        for row in rows_of(sheet.connection, places[0], open_, places)
    }
    query = select(ImportColumn.sheet_id).where(ImportColumn.field == "head_id")
    named = {sheet_id for sheet_id, _ in spoken} & set(sheet.connection.scalars(query))
    return {
        spoken[one.sheet_id, number]
        for one in kept_sheets(sheet.connection, named)
        for number, head in zip(
            one.words.batch.row_numbers, one.words.batch.column("head_id"), strict=True
        )
        if head in mine and (one.sheet_id, number) in spoken
    }


def _open_rows(connection: Connection) -> dict[int, set[int]]:
    """Give by sheet of special groups the rows whose household has no number or is not known."""
    query = (
        select(Source.sheet_id, Source.row_number)
        .join(ImportSheet, ImportSheet.id == Source.sheet_id)
        .join(Household, Household.id == Source.household_id, isouter=True)
        .where(ImportSheet.kind == Kind.SPECIAL_GROUP.value, Household.household_no.is_(None))
    )
    found: dict[int, set[int]] = {}
    for sheet_id, row_number in connection.execute(query):
        found.setdefault(sheet_id, set()).add(row_number)
    return found


def _touches(batch: Batch, open_: Collection[int], mine: AbstractSet[Key]) -> bool:
    """Say whether of a family with an open row any row names a person, head or number of mine."""
    families: dict[Any, set[Key]] = {}
    asked = set()
    for number, keys in zip(batch.row_numbers, _keys_of_rows(batch), strict=True):
        families.setdefault(keys[0], set()).update(keys)
        if number in open_:
            asked.add(keys[0])
    return any(not mine.isdisjoint(families[family]) for family in asked)


def _keys_of_rows(batch: Batch) -> Iterator[list[Key]]:
    """Give by row its household's number, its head and its person, as far as it names them."""
    columns = [(key, batch.column(name)) for name, key in _OF_HOUSEHOLDS]
    for at in range(len(batch)):
        yield [(key, column[at]) for key, column in columns if column[at]] or [("", "")]


def _same_heads(sheet: SheetRecorder, rows: Iterable[Any]) -> set[int]:
    """Give the households without number whose head one with a number has, in the same village.

    Where two have it nobody can say whose it is, but for the people that both name.
    """
    headed: dict[str, list[Any]] = {}
    for row in rows:
        if row.head_name:
            headed.setdefault(row.head_name, []).append(row)
    names = ("head_name", "village_id", "household_no", "id")
    columns = [HOUSEHOLDS.c[name] for name in names]
    alike = [
        (row, village, household)
        for head, village, number, household in rows_of(
            sheet.connection, columns[0], headed, columns
        )
        for row in headed[head]
        if number
    ]
    people = _people_of(
        sheet.connection, {one for row, _, other in alike for one in (row.household_id, other)}
    )
    there: dict[int, int] = {}
    for row, village, _household in alike:
        there[row.household_id] = there.get(row.household_id, 0) + (village == row.village_id)
    return {
        row.household_id
        for row, village, household in alike
        if there[row.household_id] == 1
        or (
            (village == row.village_id or None in {village, row.village_id})
            and not people[row.household_id].isdisjoint(people[household])
        )
    }


def _people_of(connection: Connection, households: Collection[int]) -> dict[int, set[int]]:
    """Give by household whom rows ever put into it."""
    found: dict[int, set[int]] = {household: set() for household in households}
    columns = [Source.household_id, Source.person_id]
    for household, person in rows_of(connection, columns[0], households, columns):
        if person is not None:
            found[household].add(person)
    return found


def _again(
    sheet: SheetRecorder,
    say: Say,
    loose: Mapping[int, str],
    homes: Collection[int],
    sheets: Collection[int],
) -> list[SheetRecorder]:
    """Take the records away and say the sheets again; give them as they were heard now."""
    connection = sheet.connection
    before = _rows_of_sheets(connection, sheets)
    remove_records(connection, PERSONS, loose)
    remove_records(connection, HOUSEHOLDS, homes)
    kept = {identity: person for person, identity in loose.items()}
    reserved = {**sheet.reserved}
    reserved[PERSONS.name] = {**reserved.get(PERSONS.name, {}), **kept}
    heard = []
    for one in sorted(kept_sheets(connection, sheets), key=lambda one: _vagueness(one.words)):
        again = SheetRecorder(
            connection, one.words, one.sheet_id, recorded_in=sheet.sheet_id, reserved=reserved
        )
        say(again)
        heard.append(again)
    after = _rows_of_sheets(connection, sheets)
    moved = [pair for row in before for pair in (before[row], after[row])
             if before[row] != after[row]]  # fmt: skip
    if moved:
        _settle(sheet, moved)
        _tell_joined(sheet, loose, before, after)
    return heard if moved else []


def _vagueness(words: SheetWords) -> int:
    """Give how little a list has to go by: whom a name or a head means is told at the end."""
    return 2 if goes_by_name(words) else int("identity" not in words.batch.columns)


def _rows_of_sheets(
    connection: Connection, sheets: Collection[int]
) -> dict[Row, tuple[int | None, int | None]]:
    """Give by row of whom and of which household it is."""
    columns = (Source.sheet_id, Source.row_number, Source.person_id, Source.household_id)
    query = select(*columns).where(Source.sheet_id.in_(sheets))
    return {(row[0], row[1]): (row[2], row[3]) for row in connection.execute(query)}


def _settle(sheet: SheetRecorder, moved: Sequence[tuple[int | None, int | None]]) -> None:
    """Derive anew all facts of whom rows left or came to."""
    connection, recorded_in = sheet.connection, sheet.sheet_id
    people, households = (
        {row[0] for row in rows_of(connection, table.c.id, set(ids) - {None}, [table.c.id])}
        for table, ids in zip((PERSONS, HOUSEHOLDS), zip(*moved, strict=True), strict=True)
    )
    restand(connection, people, recorded_in)
    settle_recognitions(connection, people, recorded_in)
    settle_categories(connection, households, recorded_in)
    settle_pairs(connection, households, recorded_in)


def _tell_joined(
    sheet: SheetRecorder,
    loose: Mapping[int, str],
    before: Mapping[Row, tuple[int | None, int | None]],
    after: Mapping[Row, tuple[int | None, int | None]],
) -> None:
    """Say which records became one; what was answered about the one holds for the other."""
    now: dict[int, set[int]] = {}
    for row, (person, _household) in before.items():
        owner = after[row][0]
        if person is not None and person in loose and owner is not None:
            now.setdefault(person, set()).add(owner)
    joined = {person: owners.pop() for person, owners in now.items() if len(owners) == 1}
    columns = [PERSONS.c.id, PERSONS.c.identity]
    rows = rows_of(sheet.connection, columns[0], set(joined.values()), columns)
    identities = dict(row[:2] for row in rows)
    renamed = {
        loose[person]: identities[owner]
        for person, owner in joined.items()
        if identities[owner] != loose[person]
    }
    carry_over(sheet.connection, renamed)
    for person, at in sheet.loose.items():
        if loose.get(person) in renamed:
            sheet.rows.mark(at, CHANGED)
            name = sheet.batch.columns["name"][at]
            words = f"“{name}”原来还有一条没有身份证号的记录，由这一行看出是同一个人，已并为一条。"
            sheet.notice(at, "name", "records_joined", words)


def _remove_empty(sheet: SheetRecorder) -> None:
    """Take away the households without number in which nobody lives and of which nobody speaks."""
    query = select(Household.id).where(
        Household.household_no.is_(None),
        ~select(Person.id).where(Person.household_id == Household.id).exists(),
        ~select(Source.sheet_id).where(Source.household_id == Household.id).exists(),
    )
    empty = set(sheet.connection.scalars(query))
    if empty:
        remove_records(
            sheet.connection, HOUSEHOLDS, unused_records(sheet.connection, HOUSEHOLDS, empty)
        )
