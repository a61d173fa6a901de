"""The plan of pairs: households without a helper, staff with their shares, who is to help whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jingzhun.core.assignment import Village
from jingzhun.core.pairing import Exemption

#: The village of a household of which no list says where it lives.
NOWHERE: Village = ("", "村不明")


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """A household that needs a helper."""

    household_no: str | None
    head: str | None
    village: Village


@dataclass(frozen=True, slots=True, kw_only=True)
class Helper:
    """One of the staff, who should help ``expected`` households; ``held`` counts theirs by village.

    Who is exempt should help none.
    """

    identity: str
    name: str
    unit: str | None
    department: str | None
    post: str | None
    is_leader: bool
    expected: int
    exemption: Exemption | None
    held: Mapping[Village, int]

    @property
    def load(self) -> int:
        """How many households they help already."""
        return sum(self.held.values())

    @property
    def free(self) -> int:
        """How many households more they should take."""
        return max(0, self.expected - self.load)

    @property
    def group(self) -> str:
        """The unit with which they go to a village: a leading cadre goes alone."""
        place = "　".join(filter(None, (self.unit, self.department))) or "没有部门"
        return f"{place}　{self.name}（{self.identity[-4:]}）" if self.is_leader else place


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One new pair; ``is_home`` says that the helper's department is tied to the village.

    ``is_extra`` marks a household above what the helper should take.
    """

    helper: Helper
    home: Home
    is_home: bool
    is_extra: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A whole plan. ``cost`` households are helped from elsewhere, no plan has under ``bound``.

    ``kept`` pairs stand already; ``leavers`` are no more in service and must hand theirs over.
    """

    day: date
    pairs: Sequence[Pair]
    tied: Mapping[str, Village]
    leaders: Sequence[tuple[Helper, Village]]
    spare: Sequence[Helper]
    leavers: Sequence[Helper]
    kept: int
    cost: int
    bound: int
