"""Open a file as sheets of raw cells, whatever its name says it is.

The first bytes decide: a zip is xlsx, an OLE2 compound file is BIFF8 (.xls and WPS's .et), markup
is an HTML table that calls itself .xls, anything else is text with tabs, commas or semicolons. This
module and its neighbours ``spreadsheet`` and ``plaintext`` are the only ones that know formats.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jingzhun.errors import FileError

#: A file larger than this is no roster of a county; 1,000,000 rows of 20 columns stay below it.
MAX_FILE_BYTES = 512 * 1024 * 1024

Corner = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: raw cells by row; ``rows[0]`` is row 1 and its first cell column A, always.

    Cells are str, float, bool, date, datetime, time or timedelta; "" is empty. Numbers are never
    converted here: only their type tells a lost id number. ``merges`` are 0-based inclusive corners
    (first, last); ``hidden_rows`` are 1-based.
    """

    name: str
    rows: list[list[Any]]
    is_hidden: bool = False
    merges: tuple[tuple[Corner, Corner], ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    date_1904: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """A file's sheets, and the fingerprint by which the same bytes are known again."""

    path: Path
    sha256: str
    sheets: tuple[Sheet, ...]


def open_workbook(path: Path) -> Workbook:
    """Read the file at ``path``.

    Raises:
        FileError: file_missing, file_is_directory, file_forbidden, file_empty, file_too_large,
            file_encrypted, file_damaged, file_not_workbook.
    """
    content = _read(path)
    sha256 = hashlib.sha256(content).hexdigest()
    return Workbook(path=path, sha256=sha256, sheets=tuple(_sheets(path, content)))


def _read(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise FileError(
                "file_is_directory",
                f"{path} 是一个文件夹,不是文件。",
                "请写出文件夹里的具体文件,例如 名册.xlsx。",
            )
        if path.stat().st_size > MAX_FILE_BYTES:
            raise too_large(path)
        content = path.read_bytes()
    except FileNotFoundError:
        raise FileError(
            "file_missing", f"没有找到文件 {path}。", "请检查文件名和所在的文件夹。"
        ) from None
    except OSError as error:
        raise FileError(
            "file_forbidden",
            f"文件 {path} 打不开:{error.strerror or '没有权限'}。",
            "请确认文件没有被别的程序独占,并且您有读取权限。",
        ) from None
    if not content.strip(b"\x00\r\n\t "):
        raise FileError(
            "file_empty", f"文件 {path.name} 是空的,里面没有内容。", "请重新导出或另存一份再导入。"
        )
    return content


def _sheets(path: Path, content: bytes) -> list[Sheet]:
    # Each reader is loaded for its own format only.
    head = content[:8]
    if head.startswith(b"PK"):
        from jingzhun.rosters.spreadsheet import read_xlsx  # noqa: PLC0415

        return read_xlsx(path, content)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        from jingzhun.rosters.spreadsheet import read_biff  # noqa: PLC0415

        return read_biff(path, content)
    from jingzhun.rosters.plaintext import read_html, read_text, to_text  # noqa: PLC0415

    text = to_text(path, content)
    if text[:2000].lstrip("\ufeff \r\n\t").startswith("<"):
        return read_html(path, text)
    return read_text(path, text)


def too_large(path: Path) -> FileError:
    """Say that a file unpacks to more than any roster holds."""
    return FileError(
        "file_too_large",
        f"文件 {path.name} 展开后过大,超出名单应有的大小,为防止电脑卡死没有打开。",
        "请确认文件来源;确是名单的,请按学校或乡镇分成几个文件再导入。",
    )


def damaged(path: Path) -> FileError:
    """Say that a file begins like a workbook and cannot be read as one."""
    return FileError(
        "file_damaged",
        f"文件 {path.name} 已损坏或不完整,读不出来。",
        "请用 WPS 或 Excel 打开,另存为 .xlsx 后再导入;打不开的请重新下载或拷贝。",
    )


def encrypted(path: Path) -> FileError:
    """Say that a file wants a password."""
    return FileError(
        "file_encrypted",
        f"文件 {path.name} 设了打开密码,读不出来。",
        "请用 WPS 或 Excel 输入密码打开,另存为不加密的文件再导入。",
    )


def not_workbook(path: Path) -> FileError:
    """Say that a file is something else, whatever its name."""
    return FileError(
        "file_not_workbook",
        f"文件 {path.name} 不是表格文件(可能是图片、文档或别的程序的文件)。",
        "请导入 .xlsx、.xls、.et、.csv 或 .tsv 名单。",
    )
