"""Money that comes in: receipts, balances brought from the old books, and taking a mistake back.

Each is one entry of the journal. A receipt pays back by itself what was advanced for its purpose.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from jingzhun.core.identity import mask_text
from jingzhun.core.journal import Entry, Posting, moved, reversal
from jingzhun.core.money import Fen, format_yuan
from jingzhun.core.vocabulary import Account, EntryKind, label_of
from jingzhun.errors import JingzhunError
from jingzhun.policies.accounts import chart
from jingzhun.policies.gifts import GIFT, GIFT_SOURCE
from jingzhun.services.books.funding import balance_of, cover_advances
from jingzhun.services.books.journal import post
from jingzhun.services.books.purposes import find_purpose, find_source, purpose_titles
from jingzhun.services.funds.gifts import renew_gifts
from jingzhun.services.funds.settling import move_run
from jingzhun.services.hand import Hand
from jingzhun.services.lookup import find_person
from jingzhun.store.schema import JournalEntry
from jingzhun.store.schema import Posting as PostingRow

#: Entries that a clerk may take back; runs and batches, from which the others follow, have ways
#: of their own.
_REVERSIBLE = (EntryKind.RECEIPT, EntryKind.OPENING, EntryKind.RECOVERY, EntryKind.COVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Money that came in, as the clerk writes it; ``words`` "": the program's own.

    ``pupil`` names the one to whom all of it is given; purpose and source follow from that.
    """

    amount_fen: Fen
    source: str = ""
    purpose: str = ""
    pupil: str = ""
    is_new_purpose: bool = False
    document: str | None = None
    payer: str | None = None
    words: str = ""


def receive(session: Session, receipt: Receipt, hand: Hand, *, today: date) -> list[int]:
    """Book money that came in, and what it pays back of advances; give the entries.

    A gift to one pupil goes into the draft run of gifts.

    Raises:
        JingzhunError: ``source_unknown``, ``purpose_unknown`` and its like, ``person_unknown`` and
            its like, ``gift_to_whom``, ``gift_bound``, ``gift_no_school``, ``year_closed``.
    """
    source, purpose = _bound(session, receipt)
    person = find_person(session, receipt.pupil) if receipt.pupil else None
    title = purpose_titles(session).get(purpose, purpose)
    payer = mask_text(receipt.payer) if receipt.payer else None
    postings = moved(
        receipt.amount_fen,
        debit=Account.BANK,
        credit=chart().sources[source],
        source=source,
        purpose=purpose,
        party=payer,
        person_id=person and person.id,
    )
    entry = Entry(
        kind=EntryKind.RECEIPT,
        happened_on=today,
        words=mask_text(receipt.words) or f"收到{payer or source}{title}资金",
        document=receipt.document,
        postings=postings,
    )
    made = (post(session, entry, hand), cover_advances(session, purpose, hand, today=today))
    if person is not None:
        renew_gifts(session, hand, today=today)
    return [number for number in made if number is not None]


def bring_forward(session: Session, receipt: Receipt, hand: Hand, *, today: date) -> list[int]:
    """Book what the old books hand over for a purpose; give the entry.

    Raises:
        JingzhunError: as :func:`receive`.
    """
    source, purpose = _bound(session, receipt)
    title = purpose_titles(session).get(purpose, purpose)
    entry = Entry(
        kind=EntryKind.OPENING,
        happened_on=today,
        words=mask_text(receipt.words) or f"上年结转{source}{title}资金",
        document=receipt.document,
        postings=moved(
            receipt.amount_fen,
            debit=Account.BANK,
            credit=Account.SURPLUS,
            source=source,
            purpose=purpose,
        ),
    )
    number = post(session, entry, hand)
    return [] if number is None else [number]


def _bound(session: Session, receipt: Receipt) -> tuple[str, str]:
    """Give the source and purpose of money that comes in."""
    if not receipt.pupil:
        source = find_source(receipt.source)
        purpose = find_purpose(session, receipt.purpose, is_new=receipt.is_new_purpose)
        if purpose == GIFT:
            raise JingzhunError(
                "gift_to_whom",
                "一对一捐助没有写是给哪一名学生的。",
                "请用 --for 写明姓名、学籍号或身份证号；不指定学生的捐赠请写别的用途。",
            )
        return source, purpose
    if receipt.source not in ("", GIFT_SOURCE) or receipt.purpose or receipt.is_new_purpose:
        raise JingzhunError(
            "gift_bound",
            "指定给一名学生的捐赠，来源是社会捐赠，用途就是这名学生。",
            "请去掉 --source 和 --purpose，只写 --for 和 --from。",
        )
    return GIFT_SOURCE, GIFT


def reverse(session: Session, voucher_no: str, why: str, hand: Hand, *, today: date) -> list[int]:
    """Take an entry back by another that undoes it; give that one.

    Raises:
        JingzhunError: ``voucher_unknown``; ``voucher_not_reversible`` — an entry of a run or batch;
            ``voucher_reversed`` already; ``voucher_spent`` — its money is used; ``gift_under_way``;
            ``year_closed``.
    """
    entry = _find(session, voucher_no)
    _demand_reversible(session, entry, why)
    rows = session.scalars(
        select(PostingRow).where(PostingRow.entry_id == entry.id).order_by(PostingRow.number)
    )
    postings = reversal(
        Posting(
            account=Account.coded(row.account),
            amount_fen=row.amount_fen,
            source=row.source,
            purpose=row.purpose,
            party=row.party,
            person_id=row.person_id,
        )
        for row in rows
    )
    _demand_unspent(session, entry, postings)
    number = post(
        session,
        Entry(
            kind=EntryKind.REVERSAL,
            happened_on=today,
            words=f"冲销 {entry.voucher_no}：{mask_text(why.strip())}",
            document=entry.document,
            reverses_id=entry.id,
            postings=postings,
        ),
        hand,
    )
    if any(posting.person_id is not None for posting in postings):
        renew_gifts(session, hand, today=today)
    if entry.kind == EntryKind.RECOVERY and entry.run_id is not None:
        move_run(session, entry.run_id, hand, today=today, why="追回的款没有到账，已冲销")
    return [] if number is None else [number]


def _find(session: Session, voucher_no: str) -> JournalEntry:
    wanted = voucher_no.strip()
    entry = session.scalar(select(JournalEntry).where(JournalEntry.voucher_no == wanted))
    if entry is None:
        last = session.scalar(select(func.max(JournalEntry.voucher_no)))
        raise JingzhunError(
            "voucher_unknown",
            f"没有凭证“{mask_text(wanted)}”。",
            f"凭证号要写全，如 {last}；可用 jingzhun fund journal 查看。"
            if last
            else "账上还没有凭证；收到资金请用 jingzhun fund receive 登记。",
        )
    return entry


def _demand_reversible(session: Session, entry: JournalEntry, why: str) -> None:
    kind = EntryKind.coded(entry.kind)
    if not why.strip():
        raise JingzhunError(
            "voucher_no_reason",
            f"冲销凭证 {entry.voucher_no} 没有写原因。",
            f"请写明原因，如：jingzhun fund reverse {entry.voucher_no} --why 金额录错",
        )
    if kind not in _REVERSIBLE:
        allowed = "、".join(label_of(EntryKind, each) for each in _REVERSIBLE)
        raise JingzhunError(
            "voucher_not_reversible",
            f"凭证 {entry.voucher_no} 是“{kind.label}”，不能在这里冲销。",
            f"这里只能冲销{allowed}。批准过的批次请用 jingzhun run adjust 调整，"
            "银行退回的发放请用 jingzhun pay return 登记。",
        )
    done = session.scalar(
        select(JournalEntry.voucher_no).where(JournalEntry.reverses_id == entry.id)
    )
    if done is not None:
        raise JingzhunError(
            "voucher_reversed",
            f"凭证 {entry.voucher_no} 已经由 {done} 冲销，不能再冲销一次。",
            "请核对凭证号；要重新登记请用 jingzhun fund receive。",
        )


def _demand_unspent(session: Session, entry: JournalEntry, postings: tuple[Posting, ...]) -> None:
    """Refuse to take money back of which some has been used."""
    for posting in postings:
        if posting.account is not Account.BANK or posting.amount_fen > 0:
            continue
        held = balance_of(session, posting.purpose)
        if held + posting.amount_fen >= 0:
            continue
        title = purpose_titles(session).get(posting.purpose, posting.purpose)
        cover = session.scalar(
            select(JournalEntry.voucher_no)
            .join(PostingRow, PostingRow.entry_id == JournalEntry.id)
            .where(
                JournalEntry.kind == EntryKind.COVER.value,
                JournalEntry.id > entry.id,
                PostingRow.purpose == posting.purpose,
                JournalEntry.id.not_in(
                    select(JournalEntry.reverses_id).where(JournalEntry.reverses_id.is_not(None))
                ),
            )
            .order_by(JournalEntry.id)
            .limit(1)
        )
        raise JingzhunError(
            "voucher_spent",
            f"凭证 {entry.voucher_no} 的 {format_yuan(Fen(-posting.amount_fen))} 元已经用掉一部分："
            f"“{title}”账上只剩 {format_yuan(held)} 元。",
            f"其中 {cover} 归还了垫付，请先冲销它。"
            if cover
            else "已经发出去的钱不能靠冲销收据收回；请核对是不是这张凭证。",
        )
