"""Who pays for run lines: each line split between the fund sources of the rule that made it.

Lines of one rule and amount split alike, so they are counted in the database and split once.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from jingzhun.core.money import Fen
from jingzhun.core.vocabulary import Delivery
from jingzhun.policies.packs import pack_in, rule_in
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
    keys = (Run.pack, Run.policy_files, RunLine.scheme, RunLine.month, RunLine.version_from,
            RunLine.split_no, RunLine.amount_fen, RunLine.is_receivable)  # fmt: skip
    query = (
        select(*keys, func.count())
        .join(Run, Run.id == RunLine.run_id)
        .where(RunLine.amount_fen != 0, *where)
        .group_by(*keys)
        .order_by(*keys)
    )
    parts: dict[Part, int] = defaultdict(int)
    own = cache(partial(files_in_force, session))
    for row in session.execute(query):
        pack, known, scheme, month, starts, split_no, amount, is_receivable, count = row
        rule = rule_in(pack, month, own(month, known), scheme, starts)
        for source, share in (rule.split(amount, split_no) or {"": amount}).items():
            part = Part(
                scheme=scheme,
                delivery=rule.delivery,
                source=source,
                is_receivable=bool(is_receivable),
            )
            parts[part] += share * count
    return {part: Fen(amount) for part, amount in parts.items()}


def scheme_titles(session: Session, run: Run) -> Mapping[str, str]:
    """Give the titles of a run's schemes, as its last month's rules have them."""
    last = session.scalar(select(func.max(RunLine.month)).where(RunLine.run_id == run.id))
    if last is None:
        return {}
    pack = pack_in(run.pack, last, files_in_force(session, last, run.policy_files))
    return {scheme.key: scheme.title for scheme in pack.schemes}
