"""Propose a map file for sheets whose headers or words nobody knows: ``import --suggest-map``.

Every proposal is a comment with its reasons; the user takes the ``#`` off what is right.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rapidfuzz import fuzz, process

from jingzhun.core.identity import mask_text
from jingzhun.rosters.kinds import (
    FieldSpec,
    KindSpec,
    Spelling,
    Words,
    choices,
    fields,
    normalise,
    values,
    vocabulary_of,
)
from jingzhun.rosters.layout.contents import Guess, looks_like
from jingzhun.rosters.layout.detect import is_known, letter, match
from jingzhun.rosters.layout.header import has_digits
from jingzhun.rosters.layout.likeness import WIDE, guesses
from jingzhun.rosters.layout.tables import Grid
from jingzhun.rosters.values.cells import is_placeholder, plain

_HEAD = """\
# 叫法对照表：左边是名单上的写法，右边是我们的栏目（或规范写法）。
# 下面带 # 的各行是猜的，理由写在行尾。对的，去掉行首的 #；不对的，改右边；不管的，不动。
# 右边写成 "" 是忘掉以前教的；写成 "不采用的列" 是以后不再提示这一列。
# 改好后：jingzhun import --map 这个文件 名单…   教过一次，以后导入不用再写 --map。
"""
_SHOWN_WORDS = 30
_SURE = 75  # of a hundred: so like a spelling that the cells are not asked


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the file: what lists say, what it may mean, why."""

    said: str
    meant: str
    reason: str

    def __str__(self) -> str:
        return f"# {_quoted(self.said)} = {_quoted(self.meant)}    # {self.reason}"


def suggest(
    tables: Iterable[tuple[str, Grid]], words: Words, taught: Sequence[Spelling], today: date
) -> str:
    """Give the text of a map file for tables (file name, table), with what was taught before."""
    sections: dict[str, list[str]] = {}
    for each in taught:
        sections.setdefault(_section(each), []).append(_taught_line(each))
    told: set[str] = set()
    for file, grid in tables:
        plan = _plan(grid, words, today)
        lines = [line for line in plan.lines if line.said not in told]
        told |= {line.said for line in lines}
        if lines:
            kind = ("" if grid.kind else "像") + plan.spec.kind.label
            where = f"# {mask_text(file)} 工作表“{grid.sheet.name}”（{kind}）："
            sections.setdefault("[headers]", []).extend([where, *map(str, lines)])
        for field, line in _cell_words(grid):
            section = sections.setdefault(f"[words.{_quoted(field.title)}]", [])
            if not any(other.startswith(f"# {_quoted(line.said)} ") for other in section):
                section.append(str(line))
    if not sections:
        return f"{_HEAD}\n# 这些名单的列名和写法都认识，没有要教的。\n"
    return (
        "\n\n".join([_HEAD.rstrip(), *("\n".join([name, *own]) for name, own in sections.items())])
        + "\n"
    )


def _section(taught: Spelling) -> str:
    if taught.in_cells:
        return f"[words.{_quoted(fields()[taught.field].title)}]"
    return f"[headers_in.{_quoted(taught.kind.label)}]" if taught.kind else "[headers]"


def _taught_line(taught: Spelling) -> str:
    meant = taught.read_as if taught.in_cells else fields()[taught.field].title
    return str(_Line(taught.said, meant, "已经教过"))


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the unknown headers of a table may mean in a kind."""

    spec: KindSpec
    lines: list[_Line]
    worth: tuple[bool, int, int]  # whether it would fit then, columns told, and known before


def _plan(grid: Grid, words: Words, today: date) -> _Plan:
    """Propose what the unknown headers of a table mean, by their spelling and by their cells.

    A table of no kind is tried as every kind; the one that most columns speak for is taken.
    """
    unknown = {
        index: looks_like(_cells_below(grid, index), today)
        for index, header in enumerate(grid.headers[:WIDE])
        if header and not is_known(header, words) and not has_digits(header, 6)
    }
    specs = [grid.spec] if grid.spec else words.kinds.values()
    return max((_in_kind(grid, spec, words, unknown) for spec in specs), key=lambda p: p.worth)


def _in_kind(grid: Grid, spec: KindSpec, words: Words, unknown: Mapping[int, list[Guess]]) -> _Plan:
    headers = grid.headers[:WIDE]
    own = match(headers, spec, words, title=grid.context.title, said=())
    taken = {column.field for column in own.columns}
    near = guesses(headers, spec, words, taken)
    meant: dict[int, tuple[str, list[str]]] = {}
    # A likeness of names is taken first where the cells bear it out, then what the cells say.
    for index, seen in unknown.items():
        like = near.get(index)
        if like and (like.percent >= _SURE or not seen or like.field in {g.field for g in seen}):
            reasons = [guess.reason for guess in seen if guess.field == like.field]
            meant[index] = (like.field, [f"与“{like.spelling}”相近", *reasons])
            taken.add(like.field)
    for index, seen in unknown.items():
        guess = next((g for g in seen if g.field in spec.fields and g.field not in taken), None)
        if index not in meant and guess:
            meant[index] = (guess.field, [guess.reason])
            taken.add(guess.field)
    lines = [_line(grid, index, meant.get(index)) for index in unknown]
    fits = all(taken & set(group) for group in spec.requires) and not own.barred
    return _Plan(spec, [line for line in lines if line], (fits, len(meant), own.score))


def _line(grid: Grid, index: int, meant: tuple[str, list[str]] | None) -> _Line | None:
    header, place = grid.headers[index], f"{letter(index)}列"
    if meant:
        field, reasons = meant
        reason = mask_text(f"{place}：{'，'.join(reasons)}")
        return _Line(header, fields()[field].title, reason)
    if any(normalise(plain(cell)) for cell in _cells_below(grid, index)):
        return _Line(header, "", f"{place}：猜不出是哪一栏")
    return None


def _cells_below(grid: Grid, index: int) -> list[Any]:
    if grid.kind is not None:
        return grid.cells(index)
    return [
        row[index] for row in grid.sheet.rows[grid.header_rows[-1] : grid.header_rows[-1] + 300]
    ]


def _cell_words(grid: Grid) -> Iterable[tuple[FieldSpec, _Line]]:
    """Propose what the words mean that stand in columns of closed vocabularies, unread."""
    for column in grid.columns if grid.kind else ():
        vocabulary = vocabulary_of(column.field)
        if vocabulary is None:
            continue
        known, taught = values(vocabulary), grid.words.cells.get(column.field, {})
        found = Counter(normalise(plain(cell)).upper() for cell in grid.cells(column.index))
        unread = [
            (word, number)
            for word, number in found.most_common()
            if word not in known and word not in taught and not is_placeholder(word)
        ]
        for word, number in unread[:_SHOWN_WORDS]:
            allowed = choices(vocabulary)
            near = process.extractOne(word, list(known), scorer=fuzz.ratio, score_cutoff=50)
            meant = allowed[0] if near is None else near[0]
            # Of a meaning the word to write is proposed, not the spelling that is nearest.
            code = known.get(meant)
            meant = next((own for own in allowed if known[normalise(own).upper()] == code), meant)
            why = f"与“{near[0]}”相近" if near else "猜不出"
            reason = f"{number} 格；{why}；可以写：{'、'.join(allowed[:12])}"
            yield fields()[column.field], _Line(mask_text(word), meant, reason)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
