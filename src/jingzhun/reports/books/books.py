"""The whole fund journal as :class:`~jingzhun.core.books.Books`, for other programs."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.books import BookAccount, BookEntry, Books, name_part, safe_words, told_apart
from jingzhun.core.journal import NO_PURPOSE, NO_SOURCE
from jingzhun.core.money import Fen
from jingzhun.core.vocabulary import Account, EntryKind, RunState
from jingzhun.policies.accounts import chart
from jingzhun.policies.packs import scheme_titles
from jingzhun.store.policy_files import files_ever
from jingzhun.store.schema import Batch, JournalEntry, Posting, Run

_APPROVED = (RunState.APPROVED.value, RunState.PAID.value)


def books_of(session: Session) -> Books:
    """Read the journal: vouchers by day and number, accounts by code, purpose and source."""
    keys = (Posting.account, Posting.purpose, Posting.source)
    used = [tuple(key) for key in session.execute(select(*keys).distinct())]
    accounts = _accounts(used, scheme_titles(files_ever(session)))
    moves: dict[int, list[tuple[BookAccount, Fen]]] = {}
    for entry_id, amount, *key in session.execute(
        select(Posting.entry_id, Posting.amount_fen, *keys).order_by(
            Posting.entry_id, Posting.number
        )
    ):
        moves.setdefault(entry_id, []).append((accounts[tuple(key)], amount))
    entries = session.scalars(
        select(JournalEntry)
        .where(JournalEntry.is_posted)
        .order_by(JournalEntry.happened_on, JournalEntry.voucher_no)
    )
    approved = select(Run.id).where(Run.state.in_(_APPROVED))
    return Books(
        accounts=tuple(accounts.values()),
        entries=[_entry(entry, moves.get(entry.id, [])) for entry in entries],
        runs=session.scalars(approved.order_by(Run.id)).all(),
        batches=session.scalars(
            select(Batch.id).where(Batch.run_id.in_(approved)).order_by(Batch.id)
        ).all(),
    )


def _entry(entry: JournalEntry, moves: list[tuple[BookAccount, Fen]]) -> BookEntry:
    return BookEntry(
        voucher_no=entry.voucher_no,
        kind=EntryKind.coded(entry.kind),
        happened_on=entry.happened_on,
        words=safe_words(entry.words),
        document=safe_words(entry.document) if entry.document else None,
        run_id=entry.run_id,
        batch_id=entry.batch_id,
        moves=moves,
    )


def _accounts(
    used: Sequence[tuple[str, ...]], titles: Mapping[str, str]
) -> dict[tuple[str, ...], BookAccount]:
    """Name the accounts that postings use; each purpose has one name in all of them."""
    purposes = sorted({purpose for _, purpose, _ in used})
    words = told_apart(
        [name_part(titles.get(purpose, purpose)) or NO_PURPOSE for purpose in purposes]
    )
    names = dict(zip(purposes, words, strict=True))
    roles = list(chart().accounts)
    made: dict[tuple[str, ...], BookAccount] = {}
    for role_word, purpose, source in sorted(
        used, key=lambda key: (roles.index(Account.coded(key[0])), *key[1:])
    ):
        title = chart().accounts[Account.coded(role_word)]
        made[role_word, purpose, source] = BookAccount(
            role=title.role,
            kind=title.kind,
            code=title.code,
            purpose=purpose,
            source=source,
            parts=(
                f"{title.code}{name_part(title.name)}",
                names[purpose],
                name_part(source) or NO_SOURCE,
            ),
        )
    return made
