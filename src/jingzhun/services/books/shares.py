"""Who pays for run lines: each line split between the fund sources of the rule that made it.

Lines of one rule and amount split alike, so they are counted in the database and split once.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from jingzhun.core.money import Fen
from jingzhun.core.vocabulary import Delivery
from jingzhun.policies.packs import rule_in
from jingzhun.store.policy_files import files_in_force
from jingzhun.store.schema import Run, RunLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What lines have in common on their way into the journal; ``source`` "": no document says."""

    scheme: str
    delivery: Delivery
    source: str
    is_receivable: bool


def parts_of(session: Session, *where: ColumnElement[bool]) -> Mapping[Part, Fen]:
    """Sum the run lines that ``where`` chooses by scheme, delivery and source, to the fen.

    ``where`` speaks of :class:`RunLine` and :class:`Run`. Lines that come to nothing are left out.
    """
    return parts_by(session, (), *where).get((), {})


def parts_by(
    session: Session, by: Sequence[Any], *where: ColumnElement[bool]
) -> Mapping[tuple[Any, ...], Mapping[Part, Fen]]:
    """Sum as :func:`parts_of` does, apart for each value of the columns ``by``."""
    keys = (Run.pack, Run.policy_files, RunLine.scheme, RunLine.month, RunLine.version_from,
            RunLine.split_no, RunLine.amount_fen, RunLine.is_receivable)  # fmt: skip
    query = (
        select(*keys, func.count(), *by)
        .join(Run, Run.id == RunLine.run_id)
        .where(RunLine.amount_fen != 0, *where)
        .group_by(*keys, *by)
        .order_by(*by, *keys)
    )
    parts: dict[tuple[Any, ...], dict[Part, Fen]] = defaultdict(dict)
    own = cache(partial(files_in_force, session))
    for row in session.execute(query):
        pack, known, scheme, month, starts, split_no, amount, is_receivable, count, *whose = row
        mine = parts[tuple(whose)]
        rule = rule_in(pack, month, own(month, known), scheme, starts)
        for source, share in (rule.split(amount, split_no) or {"": amount}).items():
            part = Part(
                scheme=scheme,
                delivery=rule.delivery,
                source=source,
                is_receivable=bool(is_receivable),
            )
            mine[part] = Fen(mine.get(part, 0) + share * count)
    return parts
