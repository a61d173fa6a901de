"""Which pack is in use in a month, and which policy files the ledger keeps of its own."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jingzhun.core.policy import PolicyText
from jingzhun.core.terms import Month
from jingzhun.store.schema import PolicyFile, PolicyUse

#: A month after all others: what holds in it is what was adopted last.
LAST_MONTH = 210012


def pack_in_use(session: Session, month: int) -> str | None:
    """Give the name of the pack in use in a month; None where nobody chose one."""
    return session.scalar(
        select(PolicyUse.pack)
        .where(PolicyUse.from_month <= month)
        .order_by(PolicyUse.from_month.desc())
        .limit(1)
    )


def files_ever(session: Session) -> tuple[PolicyText, ...]:
    """Give the ledger's own policy files as last adopted, also those that have ended."""
    rows = session.scalars(
        select(PolicyFile).where(PolicyFile.text.is_not(None)).order_by(PolicyFile.number)
    )
    latest = {row.key: row for row in rows}
    return tuple(
        PolicyText(key=key, file=row.file_name, text=row.text or "")
        for key, row in sorted(latest.items())
    )


def own_files(session: Session, day: date) -> tuple[PolicyText, ...]:
    """Give the ledger's own policy files that hold on a day, by key."""
    return files_in_force(session, Month.of(day).number)


def files_in_force(
    session: Session, month: int, known: int | None = None
) -> tuple[PolicyText, ...]:
    """Give the ledger's own policy files that hold in a month, by key.

    ``known`` asks for those that held when only so many were adopted (``Run.policy_files``).
    """
    query = select(PolicyFile).where(PolicyFile.from_month <= month)
    if known is not None:
        query = query.where(PolicyFile.number <= known)
    rows = session.scalars(query.order_by(PolicyFile.from_month, PolicyFile.number))
    latest = {row.key: row for row in rows}
    return tuple(
        PolicyText(key=key, file=row.file_name, text=row.text)
        for key, row in sorted(latest.items())
        if row.text is not None
    )


def files_known(session: Session) -> int:
    """Count the policy files that were ever adopted."""
    return session.scalar(select(func.max(PolicyFile.number))) or 0


def months_of_change(session: Session, since: int) -> list[int]:
    """Give the months after ``since`` from which another pack or another own file holds."""
    uses, files = (
        set(session.scalars(select(column).where(column > since)))
        for column in (PolicyUse.from_month, PolicyFile.from_month)
    )
    return sorted(uses | files)
