"""Who looks after a pupil: of the roll's 成员1 and 成员2, the one that it calls guardian."""

from typing import Any

from jingzhun.rosters.reading import Draft
from jingzhun.rosters.values import cells
from jingzhun.rosters.values.ids import IdReader

GUARDIAN = ("guardian_name", "guardian_relation", "guardian_phone", "guardian_id")
_SECOND = ("member2_name", "member2_relation", "member2_phone", "member2_id")


def read_guardians(draft: Draft, ids: IdReader) -> None:
    """Read guardian_name, guardian_relation, guardian_phone and guardian_id into the draft.

    They are 成员1's, unless that one is no guardian (是否监护人 = 否) or not named.
    """
    for fields in (GUARDIAN, _SECOND):
        for name, reader in zip(
            fields, (cells.name_of_another, cells.text, cells.phone, ids.secondary), strict=True
        ):
            draft.take(name, reader)
    first = draft.take("member1_is_guardian", cells.flag)
    second = draft.take("member2_is_guardian", cells.flag)
    others = draft.values.get("member2_name")
    if others is None:
        return
    nothing: list[Any] = [None] * draft.size
    names = draft.values.get("guardian_name") or nothing
    chosen = [
        at
        for at, (name, other, is_first, is_second) in enumerate(
            zip(names, others, first or nothing, second or nothing, strict=True)
        )
        if other is not None and is_second is not False and (name is None or is_first is False)
    ]
    for name, source in zip(GUARDIAN, _SECOND, strict=True):
        own = draft.values.get(name) or list(nothing)
        said = draft.values.get(source) or nothing
        for at in chosen:
            own[at] = said[at]
        draft.values[name] = own
