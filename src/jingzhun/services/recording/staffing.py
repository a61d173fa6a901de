"""Members of staff and helpers of one sheet, known again from list to list."""

from collections.abc import Mapping, Sequence
from itertools import repeat
from typing import Any

from jingzhun.core.vocabulary import PAIR_KINDS
from jingzhun.services.recording.sheet import ADDED, CHANGED, SheetRecorder
from jingzhun.store.bulk import distinct, rows_of
from jingzhun.store.registry import STAFF


def record_staff(sheet: SheetRecorder) -> list[int | None]:
    """Give the staff id of each row: of the member of staff, or of the helper of a pair."""
    batch = sheet.batch
    prefix = "helper_" if sheet.kind in PAIR_KINDS else ""
    names = {
        "identity": f"{prefix}identity",
        "id_number": f"{prefix}id" if prefix else "id_number",
        "name": "helper" if prefix else "name",
        "unit": f"{prefix}unit",
        "post": f"{prefix}post",
        "phone": f"{prefix}phone",
    }
    if not prefix:
        names |= {
            name: name
            for name in ("sex", "born_on", "ethnicity", "staff_no", "department", "rank_title",
                         "on_establishment", "establishment", "in_service", "in_hardship",
                         "worked_since", "political_status", "education")
        }  # fmt: skip
    columns = {
        name: batch.columns[source] for name, source in names.items() if source in batch.columns
    }
    known = _known(sheet, columns)
    recorded = sheet.recorder.record(STAFF, "identity", columns, batch.row_numbers, known=known)
    sheet.note_conflicts(recorded)
    for at in recorded.changed:
        sheet.rows.mark(at, CHANGED)
    for at in recorded.added:
        sheet.rows.mark(at, CHANGED if prefix else ADDED)
    return recorded.ids


def _known(sheet: SheetRecorder, columns: Mapping[str, Sequence[Any]]) -> dict[str, int]:
    """Find staff whom another list knows under another identity, by a name only one has."""
    identities, names = columns["identity"], columns["name"]
    wanted = dict(zip(identities, names, strict=True))
    units = dict(zip(identities, columns.get("unit", repeat(None)), strict=False))
    place = dict(zip(identities, sheet.batch.row_numbers, strict=True))
    by_name: dict[str, list[Any]] = {}
    for row in rows_of(
        sheet.connection,
        STAFF.c.name,
        list(distinct(names)),
        [STAFF.c.name, STAFF.c.id, STAFF.c.identity, STAFF.c.unit],
    ):
        by_name.setdefault(row.name, []).append(row)
    here: dict[str, set[str]] = {}
    for identity, name in wanted.items():
        here.setdefault(name, set()).add(identity)
    found = {}
    for identity, name in wanted.items():
        rows = by_name.get(name, [])
        if len(rows) != 1 or len(here[name]) != 1 or rows[0].identity == identity:
            continue
        held, is_weak, held_weak = rows[0], ":" in identity, ":" in rows[0].identity
        unit = units.get(identity)
        if not (is_weak or held_weak) or (unit and held.unit and unit != held.unit):
            continue
        found[identity] = held.id
        if held_weak and not is_weak:
            now = {"identity": identity, "id_number": identity}
            sheet.recorder.revise(STAFF, held.id, now, place[identity])
    return found
