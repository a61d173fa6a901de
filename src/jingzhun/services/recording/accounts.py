"""Bank accounts of pupils: one that is given for pupils of different households is noticed."""

from collections.abc import Sequence

from sqlalchemy import Table

from jingzhun.core.identity import mask
from jingzhun.services.recording.sheet import SheetRecorder
from jingzhun.store.bulk import distinct, rows_of
from jingzhun.store.registry import PERSONS


def note_shared_accounts(sheet: SheetRecorder, table: Table, people: Sequence[int | None]) -> None:
    """Notice every row whose account the ledger has for a pupil of another household.

    Brothers and sisters of one household may share a parent's card; where a household is not known,
    nobody can tell, so it is said.
    """
    accounts = sheet.batch.columns["account"]
    columns = [table.c.account, table.c.person_id]
    owners: dict[str, set[int]] = {}
    for account, person in rows_of(sheet.connection, columns[0], distinct(accounts), columns):
        owners.setdefault(account, set()).add(person)
    shared = {account: found for account, found in owners.items() if len(found) > 1}
    if not shared:
        return
    wanted = [PERSONS.c.id, PERSONS.c.household_id, PERSONS.c.name]
    persons = {
        row.id: row
        for row in rows_of(sheet.connection, wanted[0], set().union(*shared.values()), wanted)
    }
    for at, (account, person) in enumerate(zip(accounts, people, strict=True)):
        home = persons[person].household_id if account in shared and person else None
        others = [
            persons[other].name
            for other in sorted(shared.get(account, ()))
            if other != person and (home is None or persons[other].household_id != home)
        ]
        if others:
            words = "、".join(others[:3]) + ("等" if len(others) > 3 else "")
            sheet.notice(
                at,
                "account",
                "account_shared",
                f"卡号 {mask(account)} 也是{words}的，不是同一户的请核对。",
            )
