"""Open a file as sheets of raw cells, whatever its name says it is.

The first bytes decide: a zip is xlsx, an OLE2 compound file is BIFF8 (.xls and WPS's .et), markup
is an HTML table that calls itself .xls, anything else is text with tabs, commas or semicolons. The
modules named here are the only ones that know formats.
"""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from jingzhun.errors import FileError
from jingzhun.rosters.containers.plaintext import read_plain
from jingzhun.rosters.containers.sheet import Corner, Sheet, too_large
from jingzhun.rosters.containers.spreadsheet import read_biff, read_xlsx

__all__ = ["Corner", "Sheet", "Workbook", "open_workbook"]

#: A file larger than this is no roster of a county; 1,000,000 rows of 20 columns stay below it.
MAX_FILE_BYTES = 512 * 1024 * 1024


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
    named = readable(path)
    if content.startswith(b"PK"):
        sheets = read_xlsx(named, content)
    elif content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        sheets = read_biff(named, content)
    else:
        sheets = read_plain(named, content)
    sha256 = hashlib.sha256(content).hexdigest()
    return Workbook(path=named, sha256=sha256, sheets=tuple(sheets))


def readable(path: Path) -> Path:
    """Give the path in text that can be stored: old archives unpack names as GB18030 bytes."""
    name = os.fsencode(path)
    try:
        name.decode("utf-8")
    except UnicodeDecodeError:
        return Path(name.decode("gb18030", "replace"))
    return path


def _read(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise FileError(
                "file_is_directory",
                f"{readable(path)} 是一个文件夹，不是文件。",
                "请写出文件夹里的具体文件，例如 名册.xlsx。",
            )
        size = path.stat().st_size
        if not path.is_file():
            # A pipe or a device may never end.
            raise FileError(
                "file_forbidden",
                f"{readable(path)} 不是普通文件，不能读取。",
                "请先把名单存成文件再导入。",
            )
        if size > MAX_FILE_BYTES:
            raise too_large(readable(path))
        content = path.read_bytes()
    except FileNotFoundError:
        raise FileError(
            "file_missing", f"没有找到文件 {readable(path)}。", "请检查文件名和所在的文件夹。"
        ) from None
    except (OSError, ValueError):
        raise FileError(
            "file_forbidden",
            f"文件 {readable(path)} 打不开，可能没有读取权限。",
            "请确认文件没有被别的程序独占，并且您有读取权限。",
        ) from None
    # Some programs leave a file of blanks or noughts behind when the disk was full.
    if not content[:4096].strip(b"\x00\r\n\t ") and not content.strip(b"\x00\r\n\t "):
        raise FileError(
            "file_empty",
            f"文件 {readable(path).name} 是空的，里面没有内容。",
            "请重新导出或另存一份再导入。",
        )
    return content
