"""Who may be one human with whom, among those whom policy wants at school: see ``store.suspects``.

Asked about are the young of listed households and whoever else is poor by ``facts.toml``.
"""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from jingzhun.reports.facts import is_fact
from jingzhun.store.matches import Pair, are_there_twins
from jingzhun.store.schema import MatchPair
from jingzhun.store.suspects import Suspects, find_suspects


def suspects_on(session: Session, day: date) -> Suspects:
    """Find the pairs of which nobody has said yet whether they are one human."""
    twins = are_there_twins(session.connection())
    listed, poor = (is_fact(session, fact, day, twins=twins) for fact in ("listed", "poor"))
    return find_suspects(session.connection(), day, or_(listed, poor))


def numbers_of(session: Session) -> dict[Pair, int]:
    """Give the number of each pair that has one: ``match review`` gives them out."""
    query = select(MatchPair.one, MatchPair.other, MatchPair.id)
    return {(one, other): number for one, other, number in session.execute(query)}
