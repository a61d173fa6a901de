"""Read the file by which a county teaches its own spellings: ``import --map FILE.toml``.

::

    [headers]                        # in every list
    "孩子大名" = "姓名"

    [headers_in."学籍名册"]          # in lists of one kind
    "学号" = "学籍号"

    [words."就读方式"]               # in the cells of a column
    "内宿楼" = "住校"

Left stands what lists say, right what we call it; "" forgets what was taught. The file is judged
whole before anything of it counts, and every fault names file and key.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from rapidfuzz import fuzz, process

from jingzhun.core.identity import mask_text
from jingzhun.core.vocabulary import Kind
from jingzhun.errors import JingzhunError
from jingzhun.rosters.kinds import (
    Spelling,
    fields,
    kinds,
    normalise,
    normalise_header,
    own_words,
    values,
    vocabulary_of,
)

_PARTS = ("headers", "headers_in", "words")
#: Types of free words: a school may have a nickname. Numbers, names and days mean what they say.
_FREE = frozenset(
    {"text", "school", "school_grade", "grade", "class", "grade_class", "ethnicity", "allowance",
     "destitute", "risk", "left_behind", "disability_kind"}
)  # fmt: skip
_LONGEST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What a file teaches, and what it forgets."""

    taught: tuple[Spelling, ...]
    forgotten: tuple[Spelling, ...]


def read_lesson(path: Path) -> Lesson:
    """Read a map file.

    Raises:
        JingzhunError: not to be read, or not right somewhere; the reason names file and key.
    """
    return _Reader(path.name).read(_text(path))


def _text(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError:
        why = "它是文件夹或没有权限" if path.exists() else "没有这个文件"
        raise JingzhunError(
            "map_unreadable",
            f"叫法对照表 {path.name} 打不开：{why}。",
            "请检查文件名；没有对照表的，先用 --suggest-map 名单 生成一份。",
        ) from None
    for encoding in ("utf-8-sig", "gb18030"):  # 记事本 saves either
        try:
            return raw.decode(encoding).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    raise JingzhunError(
        "map_unreadable",
        f"叫法对照表 {path.name} 不是文字文件。",
        "对照表是 .toml 文字文件；名单本身不要写在 --map 后面。",
    )


class _Reader:
    """One file being judged."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._seen: dict[tuple[str, str, str], str] = {}
        self._taught: list[Spelling] = []
        self._forgotten: list[Spelling] = []

    def read(self, text: str) -> Lesson:
        """Judge the text of the file."""
        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            self._not_toml(str(error))
        for name in tables:
            if name not in _PARTS:
                self._refuse(
                    "map_unknown_key", name, "不认识", f"这里可以写：{'、'.join(_PARTS)}。"
                )
        for said, meant in self._table("headers", tables.get("headers", {})):
            self._header("headers", None, said, meant)
        for label, table in self._table("headers_in", tables.get("headers_in", {})):
            key = f"headers_in.{label}"
            kind = self._kind(key, label)
            for said, meant in self._table(key, table):
                self._header(key, kind, said, meant)
        for title, table in self._table("words", tables.get("words", {})):
            key = f"words.{title}"
            field = self._field(key, title, None)
            for said, meant in self._table(key, table):
                self._word(key, field, said, meant)
        return Lesson(taught=tuple(self._taught), forgotten=tuple(self._forgotten))

    def _header(self, key: str, kind: Kind | None, said: str, meant: Any) -> None:
        place = f"{key}.{said}"
        header = normalise_header(said)
        word = self._meaning(place, meant)
        if not header or len(said) > _LONGEST:
            self._refuse("map_bad_spelling", place, "不像表头", "左边写名单上的列名，六十字以内。")
        field = self._field(place, word, kind) if word else ""
        self._once(place, kind.value if kind else "", "", header, field)
        spelling = Spelling(field=field, said=header, kind=kind)
        if not word:
            self._forgotten.append(spelling)
            return
        own = own_words().meanings.get(header, frozenset())
        if kind is None and own and field not in own:
            titles = "、".join(sorted(fields()[name].title for name in own))
            self._refuse(
                "map_contradiction",
                place,
                f"与程序里的说法矛盾：“{said}”本来是{titles}",
                '只在一种名单里另有所指的，请写在 [headers_in."名单种类"] 下面。',
            )
        self._taught.append(spelling)

    def _word(self, key: str, field: str, said: str, meant: Any) -> None:
        place = f"{key}.{said}"
        word = self._meaning(place, meant)
        title, type_ = fields()[field].title, fields()[field].type
        vocabulary = vocabulary_of(field)
        if vocabulary is None and type_ not in _FREE:
            self._refuse(
                "map_not_teachable",
                key,
                f"不能教写法：{title}一栏照写的记",
                "请去掉这一节；列名的叫法写在 [headers] 下面。",
            )
        if not normalise(said) or len(said) > _LONGEST:
            self._refuse("map_bad_spelling", place, "是空的或太长", "左边写格子里的原文。")
        self._once(place, "", field, normalise(said).upper(), word)
        spelling = Spelling(field=field, said=normalise(said).upper(), in_cells=True, read_as=word)
        if not word:
            self._forgotten.append(spelling)
            return
        known = values(vocabulary) if vocabulary else {}
        if vocabulary and normalise(word).upper() not in known:
            self._unknown("map_unknown_word", place, word, f"{title}的写法", list(known))
        self._taught.append(spelling)

    def _kind(self, key: str, label: str) -> Kind:
        lists = own_words().kinds
        by_name = {name: kind for kind in lists for name in (kind.value, kind.label)}
        if label not in by_name:
            known = [kind.label for kind in lists]
            self._unknown("map_unknown_kind", key, label, "名单种类", known)
        return by_name[label]

    def _field(self, place: str, word: str, kind: Kind | None) -> str:
        """Find a field by its name or its Chinese title; of one kind, by any header of it."""
        known = fields()
        among = kinds()[kind].fields if kind else tuple(known)
        by_title = {known[name].title: name for name in known}
        found = word if word in known else by_title.get(word)
        if found is None and kind:
            found = kinds()[kind].headers.get(normalise_header(word))
        if found is None and len(own_words().meanings.get(normalise_header(word), ())) == 1:
            (found,) = own_words().meanings[normalise_header(word)]
        titles = [known[name].title for name in among]
        if found is None:
            self._unknown("map_unknown_field", place, word, "栏目", titles)
        if found not in among and found != "unused":
            self._refuse(
                "map_unknown_field",
                place,
                f"：{kind.label if kind else ''}没有“{known[found].title}”这一栏",
                f"这种名单的栏目：{'、'.join(titles)}。",
            )
        return found

    def _once(self, place: str, kind: str, field: str, said: str, meant: str) -> None:
        """Refuse what the file says twice, the same or something else."""
        key = (kind, field, said)
        if key in self._seen:
            is_same = self._seen[key] == meant
            code = "map_duplicate" if is_same else "map_contradiction"
            what = "写了两遍" if is_same else "写了两遍，说法不同"
            self._refuse(code, place, what, "同一个写法只留一行（空格、全角半角不同也算同一个）。")
        self._seen[key] = meant

    def _meaning(self, place: str, meant: Any) -> str:
        if not isinstance(meant, str):
            self._refuse(
                "map_bad_value", place, "右边不是文字", '请写成 "名单上的写法" = "我们的栏目"。'
            )
        return meant.strip()

    def _table(self, key: str, table: Any) -> Iterable[tuple[str, Any]]:
        if not isinstance(table, Mapping):
            self._refuse(
                "map_bad_value", key, "应当是一节", f"请写成单独一行 [{key}]，下面每行一个写法。"
            )
        return table.items()

    def _unknown(self, code: str, place: str, word: str, what: str, known: list[str]) -> NoReturn:
        near = process.extractOne(word, known, scorer=fuzz.ratio, score_cutoff=50)
        remedy = f"是不是“{near[0]}”？" if near else ""
        more = f"可以写：{'、'.join(known[:40])}{' 等' if len(known) > 40 else ''}。"
        self._refuse(code, place, f"不认识{what}“{word}”", f"{remedy}{more}")

    def _refuse(self, code: str, place: str, what: str, remedy: str) -> NoReturn:
        raise JingzhunError(
            code, mask_text(f"叫法对照表 {self._file} 的 {place} {what}。"), mask_text(remedy)
        )

    def _not_toml(self, said: str) -> NoReturn:
        at = re.search(r"line (\d+)", said)
        line = f"第 {at[1]} 行" if at else "最后一行"
        twice = "overwrite" in said or "twice" in said or "declare" in said
        what = "与前面的一行重复" if twice else "写法不对"
        raise JingzhunError(
            "map_duplicate" if twice else "map_unreadable",
            f"叫法对照表 {self._file} {line}{what}。",
            '每行写成 "名单上的写法" = "我们的栏目"；引号和等号都用英文的，同一个写法只写一行。',
        )
