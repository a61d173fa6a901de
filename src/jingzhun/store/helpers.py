"""Who of the staff is meant where a list names a helper: asked of the words, whenever it is asked.

Nothing of it is stored, so it does not matter whether the staff, the pairs or the visits were
brought in first, and undoing any of them needs no care.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.helpers import Known, names_in, spellings, split_bracket, the_one
from jingzhun.core.pairing import Facts
from jingzhun.store.schema import Pairing, Staff


@dataclass(frozen=True, slots=True)
class Credit:
    """A helper whom words name: one of the staff, or somebody whom the ledger does not know."""

    name: str
    staff_id: int | None

    @property
    def key(self) -> int | str:
        """What tells helpers apart: the number of the staff, else the name."""
        return self.name if self.staff_id is None else self.staff_id


class Helpers:
    """The staff of a ledger, looked up by the words of lists."""

    def __init__(self, session: Session) -> None:
        columns = (Staff.id, Staff.name, Staff.staff_no, Staff.unit, Staff.department)
        self._named: dict[str, list[Known]] = {}
        for staff, name, number, unit, department in session.execute(select(*columns)):
            known = Known(staff=staff, name=name, staff_no=number, unit=unit, department=department)
            self._named.setdefault("".join(name.split()), []).append(known)
        self._tied = self._pairs(session)
        self._found: dict[tuple[str, str | None, int | None], tuple[Credit, ...]] = {}

    @staticmethod
    def _pairs(session: Session) -> Mapping[int, set[int]]:
        """Give by household all who helped it ever, as known today."""
        columns = (Pairing.household_id, Pairing.staff_id)
        tied: dict[int, set[int]] = {}
        for household, staff in session.execute(
            select(*columns).where(Pairing.superseded_in.is_(None))
        ):
            tied.setdefault(household, set()).add(staff)
        return tied

    def of(
        self, words: str | None, *, unit: str | None = None, household: int | None = None
    ) -> tuple[Credit, ...]:
        """Give whom words name; each of several is credited."""
        if not words:
            return ()
        asked = (words, unit, household)
        if asked not in self._found:
            named = (self._credit(name, unit, household) for name in names_in(words))
            self._found[asked] = tuple(dict.fromkeys(named))
        return self._found[asked]

    def _credit(self, written: str, unit: str | None, household: int | None) -> Credit:
        name, mark = split_bracket(written)
        tied = self._tied.get(household or 0, set())
        for spelling in spellings(name):
            namesakes = self._named.get(spelling)
            if namesakes:
                one = the_one(namesakes, unit=unit, mark=mark, tied=tied)
                return Credit(spelling, None) if one is None else Credit(one.name, one.staff)
        return Credit(name=written, staff_id=None)


def facts_of(person: Staff) -> Facts:
    """Give what the ledger knows of a helper by which their load is told."""
    return Facts(
        post=person.post,
        sex=person.sex,
        born_on=person.born_on,
        on_establishment=person.on_establishment,
        in_service=person.in_service,
        in_hardship=person.in_hardship,
        titles=" ".join(filter(None, (person.establishment, person.post, person.rank_title))),
    )
