"""One table of a policy file, read strictly: every fault names its file and its key.

A table is read with ``take``; ``finish`` refuses what nobody took. So what a reader does not know
is an error, and nobody's typing mistake is a rule that silently does not hold.

Faults are gathered, so that all of a file's are told at once. A value that is wrong is noted and
read as if it were empty. ``refuse`` ends the reading of its table, and counts only where nothing
was noted there before, from which it may follow.
"""

import difflib
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from functools import partial
from typing import Any, NoReturn, TypeVar

from jingzhun.core.money import Fen, parse_yuan
from jingzhun.core.terms import Term
from jingzhun.errors import PolicyError

Word = TypeVar("Word", bound=str)
Read = TypeVar("Read")
Other = TypeVar("Other")
_REQUIRED: Any = object()
_TYPES = {str: "文字", int: "整数", bool: " true 或 false", list: "列表", dict: "表", object: "值"}
#: What tomllib says, in the words of who wrote the file.
_TOML = {
    "Cannot overwrite a value": "同一个键写了两遍",
    "Cannot declare": "同一个表写了两遍",
    "Invalid date or datetime": "没有这一天",
    "Expected '=' after a key": "键的后面缺等号",
    "Unclosed array": "方括号没有关上",
    "Unclosed inline table": "花括号没有关上",
    "Illegal character": "引号没有关上，或有不能用的字符",
    "Unterminated string": "引号没有关上",
    "Invalid value": "值的写法不对",
    "Expected newline": "一行只能写一个键",
    "Invalid statement": "写法不对",
}
_REMEDY = "请按这个键的写法改正；现成的政策文件可以作样子。"


class Node:
    """A table at a place: ``file`` as the user knows it, ``at`` the path of keys to the table."""

    def __init__(
        self, file: str, at: str, values: dict[str, Any], faults: list[PolicyError]
    ) -> None:
        self.file = file
        self.at = at
        self._values = values
        self._faults = faults
        self._taken: set[str] = set()

    @classmethod
    def read(cls, file: str, text: str, reader: "Callable[[Node], Read]") -> Read:
        """Read the text of a policy file by what ``reader`` makes of its table.

        Raises:
            PolicyError: not TOML, and the reason gives the line; or the file's first fault, with
                all the others.
        """
        try:
            values = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise PolicyError(
                "policy_unreadable",
                f"政策文件 {file} {_toml_words(str(error))}。",
                "请检查提示的行：文字要加英文引号，日期写成 2026-09-01，列表用方括号。",
                file=file,
            ) from None
        return cls.read_values(file, values, reader)

    @classmethod
    def read_values(
        cls, file: str, values: dict[str, Any], reader: "Callable[[Node], Read]"
    ) -> Read:
        """Read what TOML made of a file.

        Raises:
            PolicyError: the file's first fault, with all the others.
        """
        faults: list[PolicyError] = []
        found = (node := cls(file, "", values, faults)).guarded(partial(reader, node), None)
        if found is None or faults:
            raise PolicyError.of(faults)
        return found

    def key(self, name: str) -> str:
        """Give the full path of a key of this table."""
        return f"{self.at}.{name}" if self.at else name

    def __iter__(self) -> Iterator[str]:
        """Give the table's keys in the order of the file."""
        return iter(self._values)

    def has(self, name: str) -> bool:
        """Say whether a key stands in the table."""
        return name in self._values

    def holds(self, name: str, type_: type) -> bool:
        """Say whether a key stands in the table with a value of a type."""
        return isinstance(self._values.get(name), type_)

    # --- values ---------------------------------------------------------------------------------

    def take(self, name: str, type_: type, default: Any = _REQUIRED) -> Any:
        """Read a key of a given type."""
        self._taken.add(name)
        if name not in self._values and default is not _REQUIRED:
            return default
        return self.guarded(lambda: self._value(name, type_), type_())

    def word(self, name: str, words: Iterable[Word], default: Word | None = None) -> Word:
        """Read one word of a closed list; give the list's own, or the default for none."""
        self._taken.add(name)
        known = list(words)
        if default is not None and name not in self._values:
            return default
        return self.guarded(lambda: self._known(name, known), known[0])

    def start(self, name: str) -> tuple[date, str]:
        """Read a first day or first term: the day, and the words of the file."""
        self._taken.add(name)
        value = self.guarded(lambda: self._dated(name), date.max)
        return (
            (value, value.isoformat())
            if isinstance(value, date)
            else (value.period.start, str(value))
        )

    def last(self, name: str) -> date | None:
        """Read a last day or last term, if there is one: the last day that counts."""
        self._taken.add(name)
        if name not in self._values:
            return None
        value = self.guarded(lambda: self._dated(name), date.max)
        if isinstance(value, date):
            return value
        return date.fromordinal(value.period.end.toordinal() - 1)

    def yuan(self, name: str) -> Fen:
        """Read an amount of yuan, written as text so that it is exact."""
        self._taken.add(name)
        return self.guarded(lambda: self._yuan(name), Fen(0))

    def count(self, name: str) -> int:
        """Read a positive number of things."""
        self._taken.add(name)
        return self.guarded(lambda: self._count(name), 1)

    # --- tables ---------------------------------------------------------------------------------

    def node(self, name: str) -> "Node":
        """Read one table.

        Raises:
            PolicyError: missing, or no table.
        """
        self._taken.add(name)
        return Node(self.file, self.key(name), self._value(name, dict), self._faults)

    def each(
        self, name: str, reader: "Callable[[Node], Read]", *, required: bool = True
    ) -> tuple[Read, ...]:
        """Read every table of a list; a fault in one hides none in another.

        Raises:
            PolicyError: an empty list, where there must be something.
        """
        listed = self.take(name, list, _REQUIRED if required else [])
        if required and name in self._values and not listed:
            self.refuse(name, "policy_bad_value", "是空的", "请至少写一项。")
        found = []
        for place, values in enumerate(listed, start=1):
            at = f"{self.key(name)}[{place}]"
            found.append(self.guarded(partial(self._item, at, values, reader), None))
        return tuple(one for one in found if one is not None)

    def guarded(self, read: Callable[[], Read], otherwise: Other) -> Read | Other:
        """Give what ``read`` gives, or note the fault that it raises."""
        before = len(self._faults)
        try:
            return read()
        except PolicyError as error:
            if len(self._faults) == before:
                self._faults.append(error)
            return otherwise

    # --- faults ---------------------------------------------------------------------------------

    def unknown(self, name: str, word: str, known: Iterable[str]) -> NoReturn:
        """Refuse a word that is not in a closed list, naming the nearest."""
        words = list(known)
        near = difflib.get_close_matches(word, words, 1)
        self.refuse(
            name,
            "policy_unknown_word",
            f"不认识“{word}”",
            f"是不是“{near[0]}”？" if near else f"可以写：{'、'.join(words)}。",
        )

    def refuse(self, name: str, code: str, what: str, remedy: str) -> NoReturn:
        """Refuse the table for a key, or ("") as a whole.

        Raises:
            PolicyError: always.
        """
        key = self.key(name) if name else self.at
        raise PolicyError(
            code, f"政策文件 {self.file} 的 {key} {what}。", remedy, file=self.file, key=key
        )

    def finish(self) -> None:
        """Note the keys that no reader took."""
        for name in self._values:
            if name not in self._taken:
                self.guarded(partial(self._stranger, name), None)

    def _stranger(self, name: str) -> None:
        near = difflib.get_close_matches(name, self._taken, 1, 0.7)
        raise PolicyError(
            "policy_unknown_key",
            f"政策文件 {self.file} 有不认识的键 {self.key(name)}。",
            f"是不是“{near[0]}”？" if near else f"这里可以写：{'、'.join(sorted(self._taken))}。",
            file=self.file,
            key=self.key(name),
        )

    def _value(self, name: str, type_: type) -> Any:
        if name not in self._values:
            self._missing(name, _TYPES[type_])
        return self._checked(self.key(name), self._values[name], type_)

    def _missing(self, name: str, kind: str) -> NoReturn:
        raise PolicyError(
            "policy_missing_key",
            f"政策文件 {self.file} 缺少 {self.key(name)}。",
            f"请补上 {name}（{kind}）。",
            file=self.file,
            key=self.key(name),
        )

    def _item(self, at: str, values: Any, reader: "Callable[[Node], Read]") -> Read:
        return reader(Node(self.file, at, self._checked(at, values, dict), self._faults))

    def _known(self, name: str, known: list[Word]) -> Word:
        found = self._value(name, str)
        if found not in known:
            self.unknown(name, found, known)
        return known[known.index(found)]

    def _dated(self, name: str) -> "date | Term":
        value = self._values.get(name)
        if value is None:
            self._missing(name, "日期或学期")
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return Term.parse(value if isinstance(value, str) else "")
        except ValueError:
            self.refuse(
                name,
                "policy_bad_date",
                f"不是日期也不是学期：{value}",
                '请写成 2026-09-01（不加引号）或 "2026秋"。',
            )

    def _count(self, name: str) -> int:
        found: int = self._value(name, int)
        if found <= 0:
            self.refuse(name, "policy_bad_value", f"不是正整数：{found}", "请写 1 或更大的整数。")
        return found

    def _yuan(self, name: str) -> Fen:
        value = self._values.get(name)
        if value is None:
            self._missing(name, "带引号的元")
        try:
            amount = parse_yuan(value)
        except (ValueError, TypeError):
            amount = Fen(-1)
        if amount < 0:
            self.refuse(
                name,
                "policy_bad_amount",
                f"不是金额：{value}",
                '请写成带引号的元，如 "312.50"，最多两位小数。',
            )
        return amount

    def _checked(self, at: str, value: Any, type_: type) -> Any:
        if not isinstance(value, type_) or (type_ is int and isinstance(value, bool)):
            is_lone = type_ is list and isinstance(value, dict)
            raise PolicyError(
                "policy_bad_value",
                f"政策文件 {self.file} 的 {at} 应当是{_TYPES[type_]}，"
                f"现在是{_value_words(value)}。",
                f"请写成两对方括号 [[{at}]]，或写成列表 [{{ … }}]。" if is_lone else _REMEDY,
                file=self.file,
                key=at,
            )
        return value


def _toml_words(said: str) -> str:
    """Say where and why a text is no TOML."""
    line = re.search(r"at line (\d+)", said)
    place = f"第 {line[1]} 行" if line else "末尾"
    why = next((words for english, words in _TOML.items() if english in said), said)
    return f"不是正确的 TOML：{place}{why}"


def _value_words(value: Any) -> str:
    """Say what stands there instead; not what is in it where that is long."""
    match value:
        case bool():
            return f" {str(value).lower()}"
        case str():
            return f"文字“{value:.30}”"
        case list():
            return "列表"
        case dict():
            return "表"
        case _:
            return f" {value}"
