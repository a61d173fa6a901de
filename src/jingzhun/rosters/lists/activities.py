"""What a record of a kindergarten pair says besides its columns: who helps whom, in which forms."""

import re

from jingzhun.rosters.kinds import RegisterSpec, normalise, values
from jingzhun.rosters.lists.registers import complete, lines_above
from jingzhun.rosters.reading import Draft

_PAIR = re.compile(r"([\u4e00-\u9fff]{2,15}?幼儿园).{0,4}?(?:与|和|帮扶|结对|对口|—|-)+.{0,6}?"
                   r"([\u4e00-\u9fff]{2,15}?幼儿园)")  # fmt: skip
_BETWEEN = re.compile(r"[、,;/+和及\s]+")


def complete_activities(draft: Draft, spec: RegisterSpec) -> None:
    """Split the days of every activity, name its forms, and whose pair it is of."""
    complete(draft, spec)
    spans = draft.values.pop("activity_on", None) or [None] * draft.size
    draft.values["started_on"] = [span and span[0] for span in spans]
    draft.values["ended_on"] = [span and span[1] for span in spans]
    if "form" in draft.values:
        draft.values["form"] = [form and forms_of(form) for form in draft.values["form"]]
    titled = pair_of_title(draft)
    for name, told in zip(("helping_school", "helped_school"), titled, strict=True):
        own = draft.values.get(name) or [None] * draft.size
        draft.values[name] = [said or told for said in own]


def pair_of_title(draft: Draft) -> tuple[str | None, str | None]:
    """Give who helps whom, as the lines above the table say."""
    named = next(filter(None, (_PAIR.search(normalise(x)) for x in lines_above(draft))), None)
    return (named[1], named[2]) if named else (None, None)


def forms_of(text: str) -> str:
    """Give the forms of an activity by their usual names, joined with 、."""
    known = values("activity_form")
    words = [word for word in _BETWEEN.split(normalise(text)) if word]
    return "、".join(dict.fromkeys(known.get(word, word) for word in words)) or text
