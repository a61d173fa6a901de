"""What a list of works and equipment says besides its columns: the year and the section."""

import re

from jingzhun.rosters.kinds import RegisterSpec, normalise
from jingzhun.rosters.lists.periods import school_year
from jingzhun.rosters.lists.placement import contexts
from jingzhun.rosters.lists.registers import complete, lines_above
from jingzhun.rosters.reading import Draft

_YEAR = re.compile(r"(20\d{2})(?:年|[-—–]20\d{2}学?年)")
_NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十]{1,3}|\([一二三四五六七八九十\d]{1,2}\))[、.:]?"
)
_SUM = re.compile(r"\(?(?:小计|合计|共).*$")


def complete_facilities(draft: Draft, spec: RegisterSpec) -> None:
    """Give every row its year and the section that it stands in, then complete it."""
    found = [match[1] for line in lines_above(draft) if (match := _YEAR.search(normalise(line)))]
    year = int(found[0]) if found else draft.stated_on.year
    years = draft.take("year", school_year, refuses=True) or [None] * draft.size
    draft.values["year"] = [own or year for own in years]
    said = draft.grid.row_context
    draft.values["section"] = [
        _section(said[number].title) if number in said else None
        for number in draft.grid.row_numbers
    ]
    schools = draft.values.get("school") or [None] * draft.size
    draft.values["school"] = [
        own or told for own, told in zip(schools, contexts(draft, "school"), strict=True)
    ]
    complete(draft, spec)


def _section(title: str) -> str | None:
    return _SUM.sub("", _NUMBERING.sub("", title)).strip("(:、 ") or None
