"""The pairs that are kept from day to day, and which went away: none does without a word.

Source: the work plans (一定三年不变，不脱贫、不脱钩、不走人).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.store.presence import in_force
from jingzhun.store.schema import Household, Pairing, Staff


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPair:
    """One pair in words, and since when it stands."""

    household: str
    helper: str
    since: date

    @property
    def words(self) -> str:
        """Say who helps whom since when, for a trail: ``6200000001 李帮 2024-09-01``."""
        return f"{self.household} {self.helper} {self.since}"


#: By household (its number, else its head) and the identity of the helper.
KeptPairs = Mapping[tuple[str, str], KeptPair]


def kept_pairs(session: Session, day: date) -> KeptPairs:
    """Give the pairs in force on a day."""
    rows = session.execute(
        select(Household.household_no, Household.head_name, Staff.identity, Staff.name,
               Pairing.valid_from)
        .join(Pairing, Pairing.household_id == Household.id)
        .join(Staff, Staff.id == Pairing.staff_id)
        .where(in_force(Pairing, day))
        .order_by(Household.household_no, Household.id, Staff.id)
    )  # fmt: skip
    return {
        (number or head or "", identity): KeptPair(
            household=number or head or "没有户编号的户", helper=name, since=since
        )
        for number, head, identity, name, since in rows
    }


def lost_pairs(before: KeptPairs, after: KeptPairs) -> tuple[KeptPair, ...]:
    """Give the pairs of ``before`` that are gone, or stand since another day."""
    return tuple(
        pair for key, pair in before.items() if key not in after or after[key].since != pair.since
    )
