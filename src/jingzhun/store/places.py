"""Write which villages and schools a batch names, each once."""

from collections.abc import Iterable

from sqlalchemy import Connection, Table, select, update

from jingzhun.store.bulk import NOTHING_RESERVED, Reserved, distinct, insert_rows, next_id
from jingzhun.store.schema import School, Village

_VILLAGES: Table = Village.__table__  # type: ignore[assignment]
_SCHOOLS: Table = School.__table__  # type: ignore[assignment]


def record_villages(
    connection: Connection, places: Iterable[tuple[str, str, str, str] | None]
) -> dict[tuple[str, str, str, str], int]:
    """Give the id of each (province, county, township, name), made when new."""
    wanted = distinct(places)
    known: dict[str, list[tuple[int, str, str]]] = {}
    columns = (Village.id, Village.name, Village.county, Village.township)
    for row in connection.execute(select(*columns)):
        known.setdefault(row.name, []).append((row.id, row.county, row.township))
    fresh = next_id(connection, _VILLAGES)
    rows = []
    result = {}
    for place in wanted:
        province, county, township, name = place
        fitting = [
            village
            for village in known.get(name, [])
            if _agree(village[1], county) and _agree(village[2], township)
        ]
        if len(fitting) == 1:
            result[place] = fitting[0][0]
            _complete_village(connection, fitting[0], county, township)
            continue
        result[place] = fresh
        known.setdefault(name, []).append((fresh, county, township))
        rows.append((fresh, province, county, township, name))
        fresh += 1
    insert_rows(connection, _VILLAGES, ("id", "province", "county", "township", "name"), rows)
    return result


def _agree(held: str, said: str) -> bool:
    """Say whether two names of a place may be one: a list that leaves it out agrees with any."""
    return not held or not said or held == said


def _complete_village(
    connection: Connection, village: tuple[int, str, str], county: str, township: str
) -> None:
    number, held_county, held_township = village
    if (county and not held_county) or (township and not held_township):
        connection.execute(
            update(Village)
            .where(Village.id == number)
            .values(county=held_county or county, township=held_township or township)
        )


def record_schools(
    connection: Connection,
    schools: Iterable[tuple[str | None, str | None]],
    sheet_id: int,
    reserved: Reserved = NOTHING_RESERVED,
) -> dict[tuple[str | None, str | None], int | None]:
    """Give the id of each (code, name), by code, then by name; made when new and named."""
    wanted = dict.fromkeys(schools)
    by_code: dict[str, int] = {}
    by_name: dict[str, int] = {}
    coded: set[int] = set()
    for row in connection.execute(select(School.id, School.code, School.name)):
        by_name[row.name] = row.id
        if row.code:
            by_code[row.code] = row.id
            coded.add(row.id)
    result: dict[tuple[str | None, str | None], int | None] = {}
    for code, name in wanted:
        found = by_code.get(code) if code else None
        found = found or (by_name.get(name) if name else None)
        if found is None and (name or code):
            row_name = name or f"学校{code}"
            kept = reserved.get(_SCHOOLS.name, {})
            found = kept.get(row_name) or next_id(connection, _SCHOOLS, reserved)
            insert_rows(
                connection,
                _SCHOOLS,
                ("id", "code", "name", "sheet_id"),
                [(found, code, row_name, sheet_id)],
            )
            by_name[row_name] = found
        elif found is not None and code and found not in coded and code not in by_code:
            connection.execute(update(School).where(School.id == found).values(code=code))
        if found is not None and code:
            by_code[code] = found
            coded.add(found)
        result[code, name] = found
    return result
