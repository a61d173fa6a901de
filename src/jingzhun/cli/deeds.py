"""What the commands share that enter one thing done for a household: enter it, show the list."""

from typing import TYPE_CHECKING

from jingzhun.cli.desk import Desk

if TYPE_CHECKING:
    from jingzhun.services.desk.deeds import Deed


def enter_and_show(desk: Desk, deed: "Deed") -> None:
    """Enter it; show what the ledger now holds of that kind for the household or pupil."""
    from jingzhun.reports.lists.deeds import Whose, deeds_page  # sqlalchemy: 250 ms
    from jingzhun.services.desk.deeds import enter_deed

    with desk.writing(kind=deed.kind.value, source=deed.source) as session:
        done = enter_deed(session, deed, desk.hand(), today=desk.today)
    with desk.reading() as session:
        whose = Whose(household_id=done.household_id, person_id=done.person_id)
        desk.show(
            deeds_page(
                session, deed.kind, whose, desk.today, import_id=done.import_id, notes=done.notes
            )
        )
