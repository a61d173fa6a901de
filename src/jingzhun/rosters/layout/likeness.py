"""Which known spelling an unknown header is nearest to: a slip of the pen, or words added.

Two grounds count. The characters agree but for some (就读方氏), or a known spelling stands within
the header (本学期就读方式). Words of two characters that share one prove little: they count only
where few spellings can be meant.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from jingzhun.core.identity import mask_text
from jingzhun.rosters.kinds import KindSpec, Words, fields
from jingzhun.rosters.layout.detect import OTHERS, Match, is_known, letter, match

#: From this likeness on, in hundredths, two spellings may be one word.
_LIKE = 60
_LIKE_SHORT = 50
_SHORT = 3
#: A header that holds a known spelling is at least so like it.
_HOLDS = 60
#: No table of ours has more columns, and no header more characters; hostile files may.
WIDE = 200
_LONG = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """A known spelling near a header, the field it means, and how near, of 100."""

    spelling: str
    field: str
    percent: int


def nearest(
    header: str, spellings: Mapping[str, str], *, among_few: bool = False
) -> Likeness | None:
    """Give the spelling (spelling → field) nearest to a normalised header, or None.

    ``among_few``: the spellings are those of a handful of fields, so that a weak likeness counts.
    """
    word = header.rpartition("/")[2] or header
    least = _LIKE_SHORT if among_few and len(word) <= _SHORT else _LIKE
    found = {
        spelling: (percent, word[:1] == spelling[:1])
        for spelling, percent, _ in process.extract(
            word, list(spellings), scorer=fuzz.ratio, score_cutoff=least, limit=16
        )
        if len(word) > _SHORT or abs(len(spelling) - len(word)) <= 1
    }
    for spelling in spellings:
        if len(spelling) > 1 and spelling in word and not OTHERS.search(word.replace(spelling, "")):
            percent = _HOLDS + (100 - _HOLDS) * len(spelling) / len(word)
            # 就读方式 ends 本学期就读方式; what ends a header is what it speaks of.
            ends = word.endswith(spelling)
            found[spelling] = max(found.get(spelling, (0, False)), (percent, ends))
    if not found:
        return None
    best = max(found, key=lambda spelling: (*found[spelling], len(spelling)))
    return Likeness(spelling=best, field=spellings[best], percent=round(found[best][0]))


def promise(headers: Sequence[str], words: Words) -> int:
    """Say how much a row of cells is like a header: its words that are known or nearly known."""
    spellings = {header: min(meant) for header, meant in words.meanings.items()}
    return sum(
        3
        if is_known(header, words)
        else 2 * (nearest(header, spellings, among_few=True) is not None)
        for header in headers[:WIDE]
        if 0 < len(header) <= _LONG
    )


def free_spellings(spec: KindSpec, taken: Collection[str]) -> dict[str, str]:
    """Give the spellings of a kind's fields that have no column yet."""
    passed_over = {name for name, field in fields().items() if field.type == "ignored"}
    return {
        header: name
        for header, name in spec.headers.items()
        if name not in taken and name not in passed_over
    }


def guesses(
    headers: Sequence[str], spec: KindSpec, words: Words, taken: Collection[str]
) -> dict[int, Likeness]:
    """Give by column index what the headers that nobody knows may mean in a kind.

    Required fields that are missing come first: two characters that share one may be a slip there.
    """
    open_fields = set(taken)
    found: dict[int, Likeness] = {}
    missing = {name for group in spec.requires if not open_fields & set(group) for name in group}
    required = {head: name for head, name in spec.headers.items() if name in missing}
    for index, header in enumerate(headers):
        if not 0 < len(header) <= _LONG or index >= WIDE or is_known(header, words):
            continue
        free = {head: name for head, name in required.items() if name not in open_fields}
        like = nearest(header, free, among_few=True) if free else None
        any_like = nearest(header, free_spellings(spec, open_fields))
        if any_like and (like is None or any_like.percent > like.percent):
            like = any_like
        if like:
            found[index] = like
            open_fields.add(like.field)
    return found


def nearest_kind(
    headers: Sequence[str], words: Words, title: str
) -> tuple[Match, dict[int, Likeness]]:
    """Give the kind that headers nearly are, and by column index what they may mean in it."""
    best: tuple[tuple[bool, int], Match, dict[int, Likeness]] | None = None
    for spec in words.kinds.values():
        own = match(headers, spec, words, title=title, said=())
        near = guesses(headers, spec, words, {column.field for column in own.columns})
        mended = [
            near[index].spelling if index in near else header
            for index, header in enumerate(headers)
        ]
        hoped = match(mended, spec, words, title=title, said=())
        # What is known speaks louder than what is guessed.
        rank = (not hoped.missing and not hoped.barred, own.score + hoped.score)
        if best is None or rank > best[0]:
            best = (rank, own, near)
    assert best is not None  # noqa: S101 - there are kinds
    return best[1], best[2]


def _any_of(group: Sequence[str]) -> str:
    named = "或".join(fields()[name].title for name in group[:3])
    return named if len(group) <= 3 else f"{named}等任意一列"


def explain_near(headers: Sequence[str], words: Words, title: str) -> str:
    """Say in Chinese which kind headers nearly are: what matched, what is missing, what is near."""
    found, near = nearest_kind(headers, words, title)
    titles = fields()
    if len(found.columns) + len(found.series) + len(near) < 2:
        seen = mask_text("、".join(header for header in headers if header)[:60])
        return f"没有认出是哪种名单：表头里没有认识的列（看到：{seen or '空'}）。"
    understood = dict.fromkeys(column.field for column in (*found.columns, *found.series))
    known = "、".join(titles[name].title for name in understood) or "没有"
    text = f"最像{found.spec.kind.label}，认出的列：{known}；"
    if found.barred:
        barred = "、".join(titles[name].title for name in found.barred)
        return f"{text}但表里有“{barred}”列，是另一种名单。"
    missing = "，".join(map(_any_of, found.missing))
    text += f"缺少必需的列：{missing}。" if missing else ""
    hints = [
        f"“{mask_text(headers[index])}”（{letter(index)}列）像“{like.spelling}”"
        for index, like in sorted(near.items())
    ]
    return text + (f"表头中{'、'.join(hints[:5])}。" if hints else "")
