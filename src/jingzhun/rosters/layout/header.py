"""Find the header of a table: one to three rows, merged or not, wherever they stand."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from jingzhun.rosters.containers.sheet import Sheet
from jingzhun.rosters.kinds import Words, normalise, normalise_header, ticked_words
from jingzhun.rosters.layout.context import Context, read_context, section_context, title_lines
from jingzhun.rosters.layout.detect import Match, detect, is_known
from jingzhun.rosters.layout.series import counts_days, day_word, is_weekday, month_words

SEARCH_ROWS = 40
LEVELS = 3
#: Whatever is longer is no header's word, and need not be looked through to its end.
LONGEST = 100
#: Words of a group of columns are short; titles and notes are not.
_GROUP_WORD_LENGTH = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header: 0-based first and last row, the columns it reaches, and what they mean.

    ``headers`` are by column index, levels joined; columns outside ``span`` are another table's.
    ``match`` is None when no kind fits; ``nearest`` is the kind that fits best all the same.
    ``words`` are those by which it was read; ``title`` and ``said`` what stands above and around,
    ``over`` the class or school that stands over this table alone, of several side by side;
    ``turn`` which of a row's helpers it is about, of several.
    """

    top: int
    bottom: int
    span: range
    headers: tuple[str, ...]
    match: Match | None
    nearest: Match
    words: Words
    title: str
    said: frozenset[str]
    over: str = ""
    turn: int = 0

    @property
    def score(self) -> int:
        """How well it fits; any kind that fits is better than none."""
        return self.nearest.fit + (1000 if self.match else 0)


def find_header(
    sheet: Sheet, start: int, words: Words, told: frozenset[str] = frozenset()
) -> Header | None:
    """Give the best header at or below a 0-based row, or None when there are no words.

    ``told`` are fields that the file's name tells.
    """
    best: Header | None = None
    seen = 0
    # A damaged file may name a row two million rows down: what is empty is looked at once.
    above: list[Sequence[Any]] = []
    for top in range(start, len(sheet.rows)):
        if top > start and says_something(sheet.rows[top - 1]):
            above.append(sheet.rows[top - 1])
        texts = sum(1 for cell in sheet.rows[top] if isinstance(cell, str) and cell.strip())
        if not texts:
            continue
        seen += 1
        if seen > SEARCH_ROWS:
            break
        is_thin = texts < 2 and not counts_days(sheet.rows[top])
        if best is not None and (is_thin or (best.match and top > best.bottom + 1)):
            # A header once found is not given up for its own repetition further down.
            continue
        for levels in range(1, LEVELS + 1):
            header = header_at(sheet, top, levels, above, words, told=told)
            if header is None:
                continue
            # Of two that fit equally the deeper one knows whose telephone it is.
            if (
                best is None
                or header.score > best.score - (top == best.top)
                or (top == best.top and header.match and _is_cut(sheet, best))
            ):
                best = header
    return best


def says_something(row: Sequence[Any]) -> bool:
    """Say that a row is not empty."""
    return any(cell != "" for cell in row)


def _is_cut(sheet: Sheet, header: Header) -> bool:
    """Say whether a known word's cell is merged down beyond the header: there is more of it."""
    return any(
        header.top <= first <= header.bottom < last < first + LEVELS
        and left < len(header.headers)
        and is_known(header.headers[left], header.words)
        for (first, left), (last, _) in sheet.merges
    )


def header_at(
    sheet: Sheet,
    top: int,
    levels: int,
    above: Sequence[Sequence[Any]],
    words: Words,
    *,
    told: frozenset[str] = frozenset(),
) -> Header | None:
    """Take ``levels`` rows from ``top`` as a header; None when they cannot be one.

    ``above`` are the rows before it that say something.
    """
    bottom = top + levels - 1
    if bottom >= len(sheet.rows):
        return None
    if levels > 1 and (
        looks_like_data(sheet.rows[bottom])
        or not all(_is_group_row(sheet, at, top) for at in range(top, bottom))
        or not _continues(sheet, top, bottom, words)
        or (levels == LEVELS and not _continues(sheet, top, bottom - 1, words, is_middle=True))
    ):
        return None
    headers = join_levels(sheet, top, bottom)
    lines = title_lines(above)
    given = read_context(lines).over(read_context([sheet.name], is_name=True))
    said = _said(given) | told
    # A column 是否留守儿童 of a header's upper row is no title.
    narrow = [row for row in above if sum(cell != "" for cell in row) <= 2]
    if read_context([*title_lines(narrow), sheet.name]).names_group:
        said |= {"group"}
    if _begins_with_class(sheet, bottom):
        said |= {"grade", "class_no"}
    title = "".join(map(normalise, lines)) + normalise(sheet.name)
    match, nearest = detect(headers, words, title=title, said=said)
    return Header(
        top=top,
        bottom=bottom,
        span=range(len(headers)),
        headers=tuple(headers),
        match=match,
        nearest=nearest,
        words=words,
        title=title,
        said=said,
    )


def _said(context: Context) -> frozenset[str]:
    """Give the fields that a context tells, so that no column needs to."""
    told = {"grade": context.grade, "school": context.school, "class_no": context.class_text}
    return frozenset(name for name, words in told.items() if words)


def _begins_with_class(sheet: Sheet, bottom: int) -> bool:
    """Say whether a section line soon below a header names a class, so that no column needs to."""
    for row in sheet.rows[bottom + 1 : bottom + 5]:
        filled = [cell for cell in row if normalise(cell) or not isinstance(cell, str)]
        if len(filled) == 1 and isinstance(filled[0], str):
            section = section_context(filled[0])
            if section is not None and section.grade:
                return True
    return False


def side_by_side(header: Header) -> list[Header]:
    """Give the header's blocks: tables printed beside each other repeat its words in order.

    Over each may stand the class that it lists.
    """
    words = [(index, *_parted(word)) for index, word in enumerate(header.headers) if word]
    for blocks in (2, 3):
        size, rest = divmod(len(words), blocks)
        if rest or size < 2:
            continue
        runs = [words[at * size : (at + 1) * size] for at in range(blocks)]
        if len({tuple(word for _, _, word in run) for run in runs}) > 1 or any(
            len({over for _, over, _ in run}) > 1 for run in runs
        ):
            continue
        starts = [run[0][0] for run in runs] + [len(header.headers)]
        found = [
            _block(header, range(*ends), run)
            for ends, run in zip(pairwise(starts), runs, strict=True)
        ]
        # Classes over 应到 and 实到 are columns of one table, not lists of pupils.
        if all(not block.over or _names_people(block) for block in found):
            return found
    return [header]


def _names_people(header: Header) -> bool:
    return header.match is not None and any(
        column.field == "name" for column in header.match.columns
    )


def _parted(word: str) -> tuple[str, str]:
    """Part a class or school that stands over a header from the header's own word."""
    over, _, own = word.partition("/")
    return (over, own) if own and section_context(over) else ("", word)


def _block(header: Header, span: range, run: Sequence[tuple[int, str, str]]) -> Header:
    own = {index: word for index, _, word in run}
    headers = tuple(own.get(index, "") for index in range(len(header.headers)))
    over = section_context(run[0][1])
    said = header.said | _said(over) if over else header.said
    match, nearest = detect(headers, header.words, title=header.title, said=said)
    return replace(header, span=span, headers=headers, match=match, nearest=nearest, over=run[0][1])


def looks_like_data(row: Sequence[Any]) -> bool:
    """Say whether a row has values that no header has: numbers, dates, or long digits."""
    if counts_days(row):
        return False
    months = month_words(row)
    return any(
        index not in months and (has_digits(cell, 6) if isinstance(cell, str) else cell != "")
        for index, cell in enumerate(row)
    )


def has_digits(text: str, count: int) -> bool:
    """Say whether a text holds at least ``count`` digits."""
    return len(text) >= count and sum(map(str.isdigit, text)) >= count


def _is_group_row(sheet: Sheet, at: int, top: int) -> bool:
    """Say whether a row can stand over another header row: short words, more than one of them.

    Below the first row of a header one word will do.
    """
    if counts_days(sheet.rows[at]):
        return True
    texts = [normalise(cell) for cell in sheet.rows[at] if isinstance(cell, str)]
    texts = [text for text in texts if text]
    if any(
        len(normalise_header(text)) > _GROUP_WORD_LENGTH or ":" in text or has_digits(text, 4)
        for text in texts
    ) or looks_like_data(sheet.rows[at]):
        return False
    if len(texts) != 1 or at > top:
        return len(texts) > 0
    # One word alone must be merged over columns that do not begin the table, or it is a title.
    below = sheet.rows[at + 1]
    leftmost = next((index for index, cell in enumerate(below) if cell != ""), 0)
    return any(
        first == at and right > left > leftmost for (first, left), (_, right) in sheet.merges
    )


def _continues(
    sheet: Sheet, top: int, bottom: int, words: Words, *, is_middle: bool = False
) -> bool:
    """Say whether the row at ``bottom`` is a lower level of the header that begins at ``top``.

    Without merged cells some of its words must be known headers; a row in the middle may hold
    words of groups alone, where all of them stand under a wider one.
    """
    upper, lower = sheet.rows[bottom - 1], sheet.rows[bottom]
    crosses = spreads = False
    for (first, left), (last, right) in sheet.merges:
        crosses = crosses or (top <= first <= bottom - 1 < bottom <= last)
        spreads = spreads or (first == last == bottom - 1 and right > left)
    if counts_days(lower) or (
        counts_days(upper) and sum(is_weekday(normalise(cell)) for cell in lower) > 1
    ):
        return True
    heads = [normalise_header(cell) for cell in lower if isinstance(cell, str)]
    known = sum(is_known(head, words) or head in ticked_words() for head in heads)
    least = 1 - is_middle if _is_under_groups(upper, lower) else 2 - is_middle
    gap = any(
        normalise(left) and not normalise(right) and (normalise(below) or is_middle)
        for left, right, below in zip(upper, upper[1:], lower[1:], strict=False)
    )
    return crosses or (spreads and known > 0) or (gap and known >= least)


def _is_under_groups(upper: Sequence[Any], lower: Sequence[Any]) -> bool:
    """Say whether every word of a row stands under a word that others share, or right of it."""
    shares = [
        not normalise(cell) or (at + 1 < len(upper) and not normalise(upper[at + 1]))
        for at, cell in enumerate(upper)
    ]
    return all(share for share, cell in zip(shares, lower, strict=True) if normalise(cell))


def join_levels(sheet: Sheet, top: int, bottom: int) -> list[str]:
    """Join the levels of a header column by column, merged cells spread: ``家长信息/姓名``."""
    levels = [_words(row) for row in sheet.rows[top : bottom + 1]]
    width = len(levels[0])
    has_merges = False
    for (first, left), (last, right) in sheet.merges:
        if top <= first <= bottom and left < width:
            has_merges = True
            word = levels[first - top][left]
            for index in range(left, min(right + 1, width)):
                levels[first - top][index] = word
            # Covered cells say nothing, whatever some programs leave in them.
            for row in range(first + 1, min(last, bottom) + 1):
                for index in range(left, min(right + 1, width)):
                    levels[row - top][index] = ""
    if not has_merges:
        _spread_blanks(levels)
    headers = []
    for words in zip(*levels, strict=True):
        distinct = [word for at, word in enumerate(words) if word and word not in words[:at]]
        headers.append("/".join(distinct))
    return headers


def _words(row: Sequence[Any]) -> list[str]:
    words = [normalise_header(cell)[:LONGEST] for cell in row]
    if not counts_days(row):
        for index, word in month_words(row).items():
            words[index] = word
        return words
    return [word or day_word(cell) for word, cell in zip(words, row, strict=True)]


def _spread_blanks(levels: list[list[str]]) -> None:
    """Let a blank right of an upper word belong to it: text files have no merges."""
    for depth, level in enumerate(levels[:-1]):
        for index in range(1, len(level)):
            if not level[index] and any(lower[index] for lower in levels[depth + 1 :]):
                level[index] = level[index - 1]
