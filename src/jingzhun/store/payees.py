"""Where a pupil's money is to go: the account known last, by the day on which it was said.

What was set at the desk stands above what lists of payments name. A pupil of whom only the twin's
account is known (two records confirmed to be one human) is paid into that.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from jingzhun.core.vocabulary import Verdict
from jingzhun.store.schema import AidPayment, ImportSheet, MatchPair, PayeeAccount, Person

_SAID = ("account", "bank", "payee", "payee_relation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payee:
    """An account; ``name`` None: the pupil's own. ``said_on``: the day of the list, or set from."""

    account: str
    bank: str | None
    name: str | None
    relation: str | None
    said_on: date


def payees(session: Session, day: date) -> Mapping[int, Payee]:
    """Give every pupil's account as known on a day, by person."""
    found = {
        person: Payee(account=account, bank=bank, name=name, relation=relation, said_on=said_on)
        for person, account, bank, name, relation, said_on in session.execute(_latest(day))
    }
    for person, twins in twin_ids(session).items():
        theirs = [found[twin] for twin in sorted(twins) if twin in found]
        if person not in found and theirs:
            found[person] = theirs[0]
    return found


def twin_ids(session: Session, *, asked: bool = False) -> Mapping[int, set[int]]:
    """Give by person the records that were confirmed to be the same human.

    With ``asked`` also those of which somebody was asked and nobody has answered.
    """
    verdict = MatchPair.verdict == Verdict.SAME
    one, other = aliased(Person), aliased(Person)
    query = (
        select(one.id, other.id)
        .join(MatchPair, MatchPair.one == one.identity)
        .join(other, other.identity == MatchPair.other)
        .where(or_(verdict, MatchPair.verdict.is_(None)) if asked else verdict)
    )
    found: dict[int, set[int]] = defaultdict(set)
    for left, right in session.execute(query):
        found[left].add(right)
        found[right].add(left)
    return found


def _latest(day: date) -> Select[*tuple[Any, ...]]:
    accounts = select(
        PayeeAccount.person_id,
        *(getattr(PayeeAccount, name) for name in _SAID),
        PayeeAccount.known_on.label("said_on"),
        PayeeAccount.by_hand.label("by_hand"),
        literal(1).label("rank"),
        PayeeAccount.id.label("number"),
    ).where(PayeeAccount.known_on <= day)
    payments = (
        select(
            AidPayment.person_id,
            *(getattr(AidPayment, name) for name in _SAID),
            func.coalesce(AidPayment.paid_on, ImportSheet.stated_on).label("said_on"),
            literal(False).label("by_hand"),
            literal(0).label("rank"),
            AidPayment.id.label("number"),
        )
        .join(ImportSheet, ImportSheet.id == AidPayment.sheet_id)
        .where(AidPayment.account.is_not(None))
    )
    every = union_all(accounts, payments).subquery("every")
    said = every.c
    latest_first = (said.by_hand.desc(), said.said_on.desc(), said.rank.desc(), said.number.desc())
    ranked = select(
        every,
        func.row_number().over(partition_by=every.c.person_id, order_by=latest_first).label("at"),
    ).subquery("ranked")
    columns = [ranked.c[name] for name in ("person_id", *_SAID, "said_on")]
    return select(*columns).where(ranked.c.at == 1)
