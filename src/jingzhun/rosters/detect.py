"""Say what kind of list a row of headers belongs to, and what it lacks when it belongs to none."""

import difflib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from jingzhun.core.vocabulary import Kind
from jingzhun.rosters.kinds import KindSpec, fields, kinds, known_headers, without_bracket

#: Words of a header's upper level that speak of another person than the one the row is about.
OTHERS = re.compile(r"家长|监护人|成员\d|父亲|母亲|户主|帮扶|责任人|联系人|班主任|配偶")


@dataclass(frozen=True, slots=True, kw_only=True)
class GridColumn:
    """A column that was understood: its field, 0-based index, letter, and header as joined."""

    field: str
    index: int
    letter: str
    header: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """How well headers fit a kind."""

    spec: KindSpec
    columns: tuple[GridColumn, ...]
    spares: tuple[GridColumn, ...]  # further columns of a field that has one already
    missing: tuple[tuple[str, ...], ...]
    forbidden: tuple[str, ...]
    score: int

    @property
    def fits(self) -> bool:
        """Whether everything required is there."""
        return not self.missing


def letter(index: int) -> str:
    """Give the spreadsheet's letter of a 0-based column index: 0 is A, 26 is AA."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


def meaning(header: str, spec: KindSpec) -> str | None:
    """Give the field that a normalised, level-joined header (``上级/下级``) means in a kind."""
    for candidate in _candidates(header):
        field = spec.headers.get(candidate)
        if field:
            return field
    return None


def is_known(header: str) -> bool:
    """Say whether a normalised header means anything in any kind."""
    return any(candidate in known_headers() for candidate in _candidates(header))


def _candidates(header: str) -> list[str]:
    """Give what a header may be looked up as, best first."""
    upper, _, lower = header.rpartition("/")
    whole = header.replace("/", "")
    found = [header, whole, without_bracket(header)]
    if upper:
        speaks_of_other = OTHERS.search(upper)
        near = upper.rpartition("/")[2]
        found += [near + lower, near.removesuffix("信息").removesuffix("情况") + lower]
        if not speaks_of_other:
            found += [lower, without_bracket(lower)]
    return found


def match(headers: Sequence[str], spec: KindSpec, title: str, said: Collection[str]) -> Match:
    """Fit normalised headers (by column index) to a kind; the first column of a field wins.

    ``said`` are fields that the lines above the table tell, so that no column needs to.
    """
    columns: dict[str, GridColumn] = {}
    spares = []
    for index, header in enumerate(headers):
        field = meaning(header, spec) if header else None
        if field:
            column = GridColumn(field=field, index=index, letter=letter(index), header=header)
            if columns.setdefault(field, column) is not column:
                spares.append(column)
    meant = set(columns)
    for header in headers:
        for candidate in _candidates(header)[:1] if header else ():
            meant |= known_headers().get(candidate, frozenset()) - set(spec.fields)
    forbidden = tuple(sorted(meant & spec.forbids))
    told = meant.union(said)
    missing = tuple(group for group in spec.requires if not told & set(group))
    score = sum(spec.signature.get(field, 1) for field in columns if field in spec.signature)
    score += sum(1 for field in columns if field not in {"sequence", "remark"})
    # Title words only break ties: headers decide.
    score = score * 4 - 12 * len(forbidden) + sum(2 for word in spec.title_words if word in title)
    return Match(
        spec=spec,
        columns=tuple(columns.values()),
        spares=tuple(spares),
        missing=missing,
        forbidden=forbidden,
        score=score,
    )


def detect(
    headers: Sequence[str], title: str, said: Collection[str] = ()
) -> tuple[Match | None, Match]:
    """Give the best fitting kind or None, and the nearest kind whether or not it fits."""
    matches = [match(headers, spec, title, said) for spec in kinds().values()]
    fitting = [found for found in matches if found.fits and len(found.columns) >= 2]
    nearest = max(matches, key=lambda found: found.score)
    best = max(fitting, key=lambda found: found.score, default=None)
    return best, best or nearest


def explain_near(headers: Sequence[str], nearest: Match) -> str:
    """Say in Chinese which kind the headers nearly are and what is missing."""
    titles = fields()
    known = "、".join(titles[column.field].title for column in nearest.columns) or "没有"
    if len(nearest.columns) < 2:
        seen = "、".join(header for header in headers if header)[:60]
        return f"没有认出是哪种名单:表头里没有认识的列(看到:{seen or '空'})。"
    missing = ",".join("或".join(titles[name].title for name in group) for group in nearest.missing)
    hints = []
    for group in nearest.missing:
        spellings = [s for name in group for s in titles[name].headers]
        for header in headers:
            close = difflib.get_close_matches(header, spellings, n=1, cutoff=0.6) if header else []
            if close:
                hints.append(f"“{header}”像“{close[0]}”")
    text = f"最像{nearest.spec.kind.label},认出的列:{known};缺少必需的列:{missing}。"
    return text + (f"表头中{'、'.join(hints[:3])},请改正后再导入。" if hints else "")


def kind_title(kind: Kind | None) -> str:
    """Give the Chinese name of a kind; 未认出 for none."""
    return kind.label if kind else "未认出"
