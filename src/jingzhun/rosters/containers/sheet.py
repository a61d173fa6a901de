"""A sheet of raw cells, and why a file gives none: what every container reader gives and says."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jingzhun.errors import FileError

Corner = tuple[int, int]
#: The sheet of our blank workbooks that explains the columns.
GUIDE_SHEET = "填写说明"
#: What a sheet may span: a million rows of forty columns. One cell in the far corner spans 1.7e10.
MAX_CELLS = 40_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: raw cells by row; ``rows[0]`` is row 1 and its first cell column A, always.

    Cells are str, float, bool, date, datetime, time or timedelta; "" is empty. Numbers are never
    converted here: only their type tells a lost id number. Every row is equally long. ``merges``
    are 0-based inclusive corners (first, last); ``hidden_rows`` are 1-based. ``is_typed`` is False
    where every cell is text because the file knows no numbers.
    """

    name: str
    rows: list[list[Any]]
    is_hidden: bool = False
    merges: tuple[tuple[Corner, Corner], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    date_1904: bool = False
    is_typed: bool = True


def too_large(path: Path) -> FileError:
    """Say that a file unpacks to more than any roster holds."""
    return FileError(
        "file_too_large",
        f"文件 {path.name} 展开后过大，超出名单应有的大小，为防止电脑卡死没有打开。",
        "请确认文件来源；确是名单的，请按学校或乡镇分成几个文件再导入。",
    )


def damaged(path: Path) -> FileError:
    """Say that a file begins like a workbook and cannot be read as one."""
    return FileError(
        "file_damaged",
        f"文件 {path.name} 已损坏或不完整，读不出来。",
        "请用 WPS 或 Excel 打开，另存为 .xlsx 后再导入；打不开的请重新下载或拷贝。",
    )


def encrypted(path: Path) -> FileError:
    """Say that a file wants a password."""
    return FileError(
        "file_encrypted",
        f"文件 {path.name} 设了打开密码，读不出来。",
        "请用 WPS 或 Excel 输入密码打开，另存为不加密的文件再导入。",
    )


def not_workbook(path: Path) -> FileError:
    """Say that a file is something else, whatever its name."""
    return FileError(
        "file_not_workbook",
        f"文件 {path.name} 不是表格文件（可能是图片、文档或别的程序的文件）。",
        "请导入 .xlsx、.xls、.et、.csv 或 .tsv 名单。",
    )


def other_format(path: Path) -> FileError:
    """Say that a file is a workbook of a format that is not read."""
    return FileError(
        "file_not_workbook",
        f"文件 {path.name} 是 .xlsb 或 .ods 格式，不能直接读取。",
        "请用 WPS 或 Excel 打开，另存为 .xlsx 后再导入。",
    )
