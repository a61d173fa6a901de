"""Say what kind of list a row of headers belongs to, and which column is which field."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from jingzhun.rosters.kinds import KindSpec, Words, fields, without_bracket, without_unit
from jingzhun.rosters.layout.series import KEYS, RUN

#: Words of a header's upper level that speak of another person than the one the row is about.
OTHERS = re.compile(
    r"家长|监护人|成员\d|父亲|母亲|户主|(?<!被)帮扶(?!对象|户)|责任人|联系人|班主任|配偶"
)
_PAID = re.compile(r"发放|打款|金额|元(?=[)/]|$)|单位:(?:人民币)?[万千]?元|[卡账帐]号|领[取款]")
_AID = re.compile("补助|补贴|资助|助学金|生活费|减免")
_DAYS = re.compile("天数|就餐|用餐|餐次")
#: 第二帮扶责任人, 帮扶责任人2, 帮扶责任人(二)
_NTH = re.compile(
    r"第([一二三四1-4])|(?<=[\u4e00-\u9fff])([一二三四1-4])(?=$|/)|\(([一二三四1-4])\)(?=$|/)"
)
#: A word that ``requires`` may name beside fields: the title must hold one of the kind's words.
TITLE = "title"


@dataclass(frozen=True, slots=True, kw_only=True)
class GridColumn:
    """A column that was understood: its field, 0-based index, letter, and header as joined.

    ``key`` tells the columns of a series apart (see ``rosters.series``).
    """

    field: str
    index: int
    letter: str
    header: str
    key: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """How well headers fit a kind."""

    spec: KindSpec
    columns: tuple[GridColumn, ...]
    spares: tuple[GridColumn, ...]  # further columns of a field that has one already
    series: tuple[GridColumn, ...]
    choices: tuple[GridColumn, ...]  # columns of which one is ticked; a field's first stands for it
    missing: tuple[tuple[str, ...], ...]
    barred: tuple[str, ...]
    fit: int  # by the headers alone
    score: int

    @property
    def fits(self) -> bool:
        """Whether everything required is there and nothing rules the kind out."""
        width = len(self.columns) + len(self.series)
        return not self.missing and not self.barred and bool(self.columns) and width >= 2


def letter(index: int) -> str:
    """Give the spreadsheet's letter of a 0-based column index: 0 is A, 26 is AA."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


def is_known(header: str, words: Words) -> bool:
    """Say whether a normalised header means anything in any kind."""
    return any(candidate in words.meanings for candidate in candidates(header))


def candidates(header: str) -> list[str]:
    """Give what a header may be looked up as, best first."""
    found = [header, header.replace("/", ""), *_without_bracket(header)]
    # A column's own word may hold the mark that joins the levels: 就读信息/寄宿/走读.
    for cut in (at for at, character in enumerate(header) if character == "/" and at):
        upper, lower = header[:cut], header[cut + 1 :]
        near = upper.rpartition("/")[2]
        plain = without_bracket(near)
        found += [near + lower, plain + lower, _without_topic(plain) + lower]
        if not OTHERS.search(upper):
            found += [lower, *_without_bracket(lower)]
    bare = without_unit(header)
    return found if bare == header else [*found, *candidates(bare)]


def _without_topic(group: str) -> str:
    return group.removesuffix("信息").removesuffix("情况")


def _without_bracket(header: str) -> tuple[str, ...]:
    """Drop a trailing bracket, unless it says that somebody else is meant: 姓名(家长)."""
    plain = without_bracket(header)
    inside = header[len(plain) + 1 : -1]
    return (inside + plain,) if OTHERS.search(inside) else (plain,)


def match(
    headers: Sequence[str], spec: KindSpec, words: Words, *, title: str, said: Collection[str]
) -> Match:
    """Fit normalised headers (by column index) to a kind.

    Of several columns for one field the best spelling wins, then the first. ``said`` are fields
    that the lines above the table tell, so that no column needs to (nor may, where they speak
    against the kind).
    """
    headers = [nth(header, spec)[1] for header in headers] if spec.each else headers
    series = _series(headers, spec, title)
    choices = _choices(headers, spec)
    places = {column.index for column in (*series, *choices)}
    plain = ["" if index in places else header for index, header in enumerate(headers)]
    columns, spares = _assign(plain, spec, words)
    for column in choices:
        columns.setdefault(column.field, column)
    meant = {*columns, *(column.field for column in series)}
    found = set(meant)
    for header in filter(None, plain):
        for word in {header, without_unit(header)}:
            meant |= words.meanings.get(word, frozenset()) - set(spec.fields)
    forbidden = tuple(sorted(meant.union(said) & spec.forbids))
    titled = sum(1 for word in spec.title_words if word in title)
    told = meant.union(said, {TITLE} if titled else ())
    score = sum(spec.signature.get(field, 0) for field in found)
    for name in ("group", "class_no"):
        # A title that says 低保对象花名册 weighs what a column of groups does, and so do lines
        # above each class what a column of classes does.
        if name in said and name not in found:
            score += spec.signature.get(name, 0)
    score += sum(1 for field in found if field not in {"sequence", "remark", "unused"})
    fit = score * 4 - 12 * len(forbidden)
    return Match(
        spec=spec,
        columns=tuple(columns.values()),
        spares=tuple(spares),
        series=tuple(series),
        choices=tuple(choices),
        missing=tuple(group for group in spec.requires if not told & set(group)),
        barred=tuple(sorted(meant & spec.bars)),
        fit=fit,
        # Title words only break ties, but for kinds whose columns other kinds have too.
        score=fit + spec.title_weight * titled,
    )


def nth(header: str, spec: KindSpec) -> tuple[int, str]:
    """Give how many-th of the kind's ``each`` a header says, 0 for none, and what else it says."""
    found = _NTH.search(header)
    if not found:
        return 0, header
    rest = header[: found.start()] + header[found.end() :]
    if not any(spec.headers.get(word, "").startswith(spec.each) for word in candidates(rest)):
        return 0, header
    word = found[1] or found[2] or found[3]
    return max("1234".find(word), "一二三四".find(word)) + 1, rest


def means_other(headers: Sequence[str], spec: KindSpec, header: str) -> bool | None:
    """Say whether a bare header means the other one that it may; None where it cannot be told."""
    bare = spec.bare[header]
    told = {spec.headers[word] for each in headers for word in candidates(each)
            if word in spec.headers}  # fmt: skip
    if bare.field in told:
        return False
    is_other, is_own = not bare.by.isdisjoint(headers), not bare.unless.isdisjoint(told)
    if is_other is not is_own:
        return is_other
    return None if is_other or not bare.asks.isdisjoint(told) else False


def _series(headers: Sequence[str], spec: KindSpec, title: str) -> list[GridColumn]:
    """Give the columns of the fields that have several; a repeated header counts its own turns.

    A bare 9月 may be money or days: what else is written tells.
    """
    is_money = _is_about_money(f"{title}/{'/'.join(headers)}")
    found: list[GridColumn] = []
    spellings = {
        field: {word for word, name in spec.headers.items() if name == field}.union(
            fields()[field].headers
        )
        for field in spec.series
    }
    for header, bare in spec.bare.items():
        if header in headers and means_other(headers, spec, header):
            spellings[bare.field].add(header)
    turns: dict[str, int] = {}
    for index, header in enumerate(headers):
        for field, by in spec.series.items():
            key, rest = KEYS[by](header) or (0, header)
            words = spellings[field]
            if not header or (header in words and by != "turn") or (by != "turn" and not key):
                continue
            if rest and not words.intersection(candidates(rest)):
                continue
            if by == "month" and not rest and is_money != (fields()[field].type == "money"):
                continue
            if by == "turn":
                key = key or turns.get(field, 0) + 1
                turns[field] = key
            found.append(
                GridColumn(field=field, index=index, letter=letter(index), header=header, key=key)
            )
            break
    days = {column.index for column in found if spec.series[column.field] == "day"}
    # Fewer than a week's days are a numbering, or chance.
    return found if len(days) >= RUN else [each for each in found if each.index not in days]


def _choices(headers: Sequence[str], spec: KindSpec) -> list[GridColumn]:
    """Give the columns of fields of which one of several is ticked: 特别困难 困难 一般困难.

    ``header`` is the word that a tick stands for.
    """
    found: list[GridColumn] = []
    for field in spec.fields:
        words = fields()[field].one_of
        if not words:
            continue
        columns = [
            GridColumn(field=field, index=index, letter=letter(index), header=word)
            for index, header in enumerate(headers)
            if (word := next((one for one in candidates(header) if one in words), ""))
        ]
        if len({column.header for column in columns}) == len(columns) > 1:
            found += columns
    return found


def _is_about_money(text: str) -> bool:
    if _DAYS.search(text):
        return False
    return bool(_PAID.search(text) or (_AID.search(text) and "营养" not in text))


def _assign(
    headers: Sequence[str], spec: KindSpec, words: Words
) -> tuple[dict[str, GridColumn], list[GridColumn]]:
    """Give each field its column, and the columns that are left over."""
    order = {header: at for at, header in enumerate(spec.headers)}
    spellings = [
        next((word for word in candidates(header) if word in spec.headers), "")
        for header in headers
    ]
    named = {spec.headers[spelling] for spelling in spellings if spelling}
    found: list[tuple[int, GridColumn]] = []
    before = ""
    for index, (header, spelling) in enumerate(zip(headers, spellings, strict=True)):
        field = spec.headers[spelling] if spelling else ""
        for group, meanings in spec.beside.items():
            meant = meanings.get(header)
            if meant and meant not in named and before.startswith(group):
                field = meant
        if field:
            column = GridColumn(field=field, index=index, letter=letter(index), header=header)
            found.append((order.get(spelling, 0), column))
        before = field
    columns: dict[str, GridColumn] = {}
    spares = []
    for _, column in sorted(found, key=lambda pair: (pair[0], pair[1].index)):
        # A header that may mean several fields takes the next of them.
        free_to_mean = set(spec.fields) - spec.series.keys()
        others = sorted(words.meanings.get(column.header, frozenset()) & free_to_mean)
        free = next((f for f in [column.field, *others] if f not in columns), None)
        if free:
            columns[free] = replace(column, field=free)
        else:
            spares.append(column)
    for field, source in spec.stand_ins.items():
        if field not in columns and source in columns:
            columns[field] = replace(columns.pop(source), field=field)
    by_place = sorted(columns.items(), key=lambda item: item[1].index)
    return dict(by_place), sorted(spares, key=lambda column: column.index)


def detect(
    headers: Sequence[str], words: Words, *, title: str, said: Collection[str] = ()
) -> tuple[Match | None, Match]:
    """Give the best fitting kind or None, and the nearest kind whether or not it fits."""
    matches = [match(headers, spec, words, title=title, said=said) for spec in words.kinds.values()]
    fitting = [found for found in matches if found.fits]
    nearest = max(matches, key=lambda found: found.score)
    best = max(fitting, key=lambda found: found.score, default=None)
    return best, best or nearest
