"""The two ways in which work goes wrong, as values and as exceptions.

A fault in the user's data is a :class:`Problem`: collected, sorted, shown together, never raised.
A command that cannot go on raises :class:`JingzhunError`: a stable code, and in Chinese what was
found and what to do next. The command line is the only place that catches it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum


class ExitStatus(IntEnum):
    """What a command leaves to the shell."""

    DONE = 0
    CANNOT_GO_ON = 1
    WRONG_USAGE = 2
    ROWS_REFUSED = 3


class Severity(StrEnum):
    """Whether a problem keeps its row out of the ledger."""

    ERROR = "error"
    NOTICE = "notice"


class JingzhunError(Exception):
    """A command cannot go on.

    ``code`` is stable English for programs; ``reason`` and ``remedy`` are Chinese for the person at
    the desk: what was found and where, what was expected, what to do next. Neither ever holds a
    full id number.
    """

    exit_status = ExitStatus.CANNOT_GO_ON

    def __init__(self, code: str, reason: str, remedy: str) -> None:
        super().__init__(f"{code}: {reason} {remedy}")
        self.code = code
        self.reason = reason
        self.remedy = remedy


class FileError(JingzhunError):
    """One given file cannot be read as a workbook; other files of the same command still can."""


class LedgerError(JingzhunError):
    """The ledger cannot be opened, is not a ledger, is locked, or its disk is full."""


class PolicyError(JingzhunError):
    """A policy file is broken; the reason names file and key.

    ``file`` and ``key`` say where; ``faults`` are all that were found in the file, each by itself.
    """

    def __init__(
        self,
        code: str,
        reason: str,
        remedy: str,
        *,
        file: str = "",
        key: str = "",
        faults: "Sequence[PolicyError]" = (),
    ) -> None:
        super().__init__(code, reason, remedy)
        self.file = file
        self.key = key
        self.faults: Sequence[PolicyError] = faults or (self,)

    @classmethod
    def of(cls, faults: "Sequence[PolicyError]") -> "PolicyError":
        """Give the first of a file's faults, which says that there are others."""
        first = faults[0]
        if len(faults) == 1:
            return first
        remedy = f"{first.remedy}文件共有 {len(faults)} 处毛病，jingzhun policy check 逐条列出。"
        return cls(first.code, first.reason, remedy, file=first.file, key=first.key, faults=faults)


class UsageError(JingzhunError):
    """The words of the command do not fit together."""

    exit_status = ExitStatus.WRONG_USAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One fault in the user's data, with its place.

    ``row_number`` is 1-based as the spreadsheet shows it (0: the sheet as a whole); ``column`` is
    the spreadsheet's letter ("" where no one cell is at fault); ``field`` the canonical English
    field name; ``value`` what stood there, already masked; ``message`` Chinese.
    """

    sheet: str
    row_number: int
    column: str
    field: str
    code: str
    severity: Severity
    value: str
    message: str

    @property
    def place(self) -> str:
        """The place as spreadsheets write it, e.g. ``三年级!C17``."""
        cell = f"{self.column}{self.row_number}" if self.column else f"第{self.row_number}行"
        return f"{self.sheet}!{cell}" if self.row_number else self.sheet
