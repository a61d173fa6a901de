"""Close a year of the fund journal 年终结转: its income and expense become surplus.

Each source and purpose keeps what is left of it. From then on no entry may be dated into the year
(``funds.journal``).
"""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jingzhun.core.journal import Entry, moved
from jingzhun.core.money import Fen
from jingzhun.core.vocabulary import Account, AccountKind, EntryKind
from jingzhun.errors import JingzhunError
from jingzhun.policies.accounts import chart
from jingzhun.services.books.journal import closed_through, post
from jingzhun.services.hand import Hand
from jingzhun.store.schema import JournalEntry
from jingzhun.store.schema import Posting as PostingRow


def close_year(session: Session, year: int, hand: Hand, *, today: date) -> int:
    """Carry the income and expense of a year, and of years before, over to surplus.

    Gives the entry, dated 31 December.

    Raises:
        JingzhunError: ``year_closed`` already; ``year_open`` — it is not over;
            ``year_empty`` — there is nothing to carry over.
    """
    last = date(year, 12, 31)
    if today < last:
        raise JingzhunError(
            "year_open",
            f"{year} 年还没有结束（今天是 {today}），不能结转。",
            f"请在 {last} 当天或以后结转。",
        )
    closed = closed_through(session)
    if closed is not None and last <= closed:
        raise JingzhunError(
            "year_closed",
            f"{year} 年已经结转过，不能再结转一次。",
            "可用 jingzhun fund journal 查看。",
        )
    kinds = (AccountKind.INCOME, AccountKind.EXPENSE)
    roles = [role for role, title in chart().accounts.items() if title.kind in kinds]
    sums = session.execute(
        select(
            PostingRow.account,
            PostingRow.source,
            PostingRow.purpose,
            func.sum(PostingRow.amount_fen),
        )
        .join(JournalEntry, JournalEntry.id == PostingRow.entry_id)
        .where(PostingRow.account.in_(roles), JournalEntry.happened_on <= last)
        .group_by(PostingRow.account, PostingRow.source, PostingRow.purpose)
        .order_by(PostingRow.purpose, PostingRow.source, PostingRow.account)
    )
    entry = Entry(
        kind=EntryKind.CLOSING,
        happened_on=last,
        words=f"{year} 年收支结转",
        postings=[
            posting
            for account, source, purpose, amount in sums
            for posting in moved(
                Fen(-amount),
                debit=Account.coded(account),
                credit=Account.SURPLUS,
                source=source,
                purpose=purpose,
            )
        ],
    )
    number = post(session, entry, hand)
    if number is None:
        raise JingzhunError(
            "year_empty",
            f"到 {year} 年底没有收入和支出，没有可以结转的。",
            "请核对年份；可用 jingzhun fund balance 查看。",
        )
    return number
