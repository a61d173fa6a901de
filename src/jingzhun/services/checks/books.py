"""Checks of the fund journal."""

from collections.abc import Iterator

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session, aliased

from jingzhun.core.journal import NO_PURPOSE
from jingzhun.core.money import Fen, format_yuan
from jingzhun.core.vocabulary import Account, EntryKind
from jingzhun.policies.accounts import chart
from jingzhun.services.books.purposes import purpose_titles
from jingzhun.services.checks.finding import TAMPERED, Check, Finding
from jingzhun.store.schema import JournalEntry, Posting


def balanced(session: Session) -> Iterator[Finding]:
    """Every voucher is posted, of two postings at least, and comes to nothing."""
    total = func.coalesce(func.sum(Posting.amount_fen), 0)
    query = (
        select(JournalEntry.voucher_no, JournalEntry.is_posted, total)
        .outerjoin(Posting, Posting.entry_id == JournalEntry.id)
        .group_by(JournalEntry.id)
        .having(or_(total != 0, func.count(Posting.number) < 2, JournalEntry.is_posted.is_(False)))
        .order_by(JournalEntry.id)
    )
    for voucher, is_posted, difference in session.execute(query):
        found = "没有记完。" if not is_posted else "不足一借一贷。"
        if difference:
            found = f"借贷不平，差 {format_yuan(Fen(difference))} 元。"
        yield Finding(place=f"凭证 {voucher}", found=found, remedy=TAMPERED)


def numbered(session: Session) -> Iterator[Finding]:
    """Vouchers of a year are numbered from 1 without a gap."""
    expected: dict[str, int] = {}
    query = select(JournalEntry.voucher_no).order_by(JournalEntry.voucher_no)
    for voucher in session.scalars(query):
        year, _, number = voucher.partition("-")
        expected[year] = expected.get(year, 0) + 1
        if not number.isdigit() or int(number) != expected[year]:
            yield Finding(
                place=f"凭证 {voucher}",
                found=f"前面缺了 {year}-{expected[year]:05d}：凭证号应当连续。",
                remedy=TAMPERED,
            )
            expected[year] = int(number) if number.isdigit() else expected[year]


def closed(session: Session) -> Iterator[Finding]:
    """Nothing was booked into a year after it was closed."""
    closing, late = aliased(JournalEntry), aliased(JournalEntry)
    query = (
        select(late.voucher_no, late.happened_on, closing.voucher_no)
        .join(closing, (late.id > closing.id) & (late.happened_on <= closing.happened_on))
        .where(closing.kind == EntryKind.CLOSING.value)
        .order_by(late.id)
    )
    for voucher, day, by in session.execute(query):
        yield Finding(
            place=f"凭证 {voucher}",
            found=f"日期是 {day}，记在年终结转（{by}）之后。",
            remedy=TAMPERED,
        )


def reversed_(session: Session) -> Iterator[Finding]:
    """A reversal undoes its voucher, account by account, to the fen."""
    reversal = aliased(JournalEntry)
    keys = (Posting.account, Posting.source, Posting.purpose)
    query = (
        select(reversal.voucher_no, JournalEntry.voucher_no)
        .select_from(reversal)
        .join(JournalEntry, JournalEntry.id == reversal.reverses_id)
        .join(Posting, Posting.entry_id.in_([reversal.id, JournalEntry.id]))
        .group_by(reversal.voucher_no, JournalEntry.voucher_no, *keys)
        .having(func.sum(Posting.amount_fen) != 0)
        .distinct()
        .order_by(reversal.voucher_no)
    )
    for voucher, of in session.execute(query):
        yield Finding(place=f"凭证 {voucher}", found=f"与它冲销的 {of} 不相符。", remedy=TAMPERED)


def covered(session: Session) -> Iterator[Finding]:
    """No purpose pays out more than it has, more than is owed, or takes back more than is claimed.

    Asked over all sources of a purpose, at the end of all vouchers.
    """
    wrong_sides = {
        Account.BANK: (-1, "专户付出的比收到的多 {yuan} 元。"),
        Account.RECEIVABLE: (-1, "追回的比应追回的多 {yuan} 元。"),
        Account.PAYABLE: (1, "打卡发放的比批准的多 {yuan} 元。"),
        Account.SUPPLIER: (1, "付给供餐单位的比批准的多 {yuan} 元。"),
        Account.ADVANCE: (1, "归还的垫付比垫付的多 {yuan} 元。"),
    }
    titles = purpose_titles(session)
    query = (
        select(Posting.purpose, Posting.account, func.sum(Posting.amount_fen))
        .where(Posting.account.in_(list(wrong_sides)))
        .group_by(Posting.purpose, Posting.account)
        .order_by(Posting.purpose, Posting.account)
    )
    for purpose, account, balance in session.execute(query):
        sign, words = wrong_sides[Account.coded(account)]
        if balance * sign > 0:
            yield Finding(
                place=f"用途 {titles.get(purpose, purpose) or NO_PURPOSE}",
                found=words.format(yuan=format_yuan(Fen(abs(balance)))),
                remedy="请用 jingzhun fund journal 查这个用途的账；"
                "程序不会付出没有的钱，账本可能被改动过。",
            )


def sourced(session: Session) -> Iterator[Finding]:
    """Within a voucher each source and purpose balances: no money changes what it is for."""
    total = func.sum(Posting.amount_fen)
    query = (
        select(JournalEntry.voucher_no, Posting.source, Posting.purpose, total)
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .group_by(JournalEntry.id, Posting.source, Posting.purpose)
        .having(total != 0)
        .order_by(JournalEntry.id)
    )
    for voucher, source, purpose, difference in session.execute(query):
        yield Finding(
            place=f"凭证 {voucher}",
            found=f"{source}{purpose} 的钱差 {format_yuan(Fen(difference))} 元：专款没有专用。",
            remedy=TAMPERED,
        )


def received(session: Session) -> Iterator[Finding]:
    """A receipt is income of its own source."""
    incomes = chart().sources
    right = case(
        {source: account.value for source, account in incomes.items()}, value=Posting.source
    )
    query = (
        select(JournalEntry.voucher_no, Posting.source)
        .join(JournalEntry, JournalEntry.id == Posting.entry_id)
        .where(
            JournalEntry.kind == EntryKind.RECEIPT.value,
            Posting.account != Account.BANK.value,
            or_(right.is_(None), Posting.account != right),
        )
        .order_by(JournalEntry.id)
    )
    for voucher, source in session.execute(query):
        yield Finding(
            place=f"凭证 {voucher}", found=f"来源“{source}”的收入记错了科目。", remedy=TAMPERED
        )


CHECKS = (
    Check(name="balanced", title="每张凭证借贷相等", look=balanced),
    Check(name="vouchers", title="凭证号连续，没有缺号", look=numbered),
    Check(name="closed_years", title="结转过的年度没有再记账", look=closed),
    Check(name="reversals", title="冲销的凭证与原来的正好相反", look=reversed_),
    Check(name="bound_money", title="每张凭证里各来源、各用途自己相抵，专款专用", look=sourced),
    Check(name="incomes", title="收到的资金记在所属来源的收入里", look=received),
    Check(name="enough", title="没有一个用途付出的比有的多", look=covered),
)
