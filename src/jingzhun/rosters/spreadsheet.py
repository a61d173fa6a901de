"""Spreadsheets as sheets: xlsx through calamine, BIFF8 (.xls, .et) through calamine and xlrd.

calamine reads ten times faster than openpyxl and gives raw types; it shows neither hidden rows nor
the 1904 flag, which are read from the XML itself, or by xlrd, only where they may matter.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from jingzhun.rosters.workbook import (
    Sheet,
    damaged,
    encrypted,
    not_workbook,
    too_large,
)

#: What a workbook may unpack to: a million rows of twenty columns need about half of it.
MAX_UNPACKED_BYTES = 768 * 1024 * 1024
#: deflate reaches 1032:1 at best; a member that unpacks beyond this ratio has nothing to say.
SUSPICIOUS_RATIO = 200
#: One cell in the far corner makes a sheet of this many cells, all of them to be held.
MAX_CELLS = 60_000_000
_HIDDEN_ROW = re.compile(rb"<row\b[^>]*?\bhidden=\"(?:1|true)\"[^>]*>")
_ROW_NUMBER = re.compile(rb"\br=\"([0-9]+)\"")


def read_xlsx(path: Path, content: bytes) -> list[Sheet]:
    """Read every worksheet of an xlsx.

    Raises:
        FileError: damaged, encrypted, unpacking to too much, or some other zip.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise damaged(path) from None
    with archive:
        _guard(path, archive)
        names = set(archive.namelist())
        if not any(name.lower().startswith("xl/workbook.") for name in names):
            if "mimetype" in names and "content.xml" in names:
                return _read(path, content, {}, date_1904=False)
            raise not_workbook(path)
        hidden = dict(_hidden_rows(path, archive))
        date_1904 = _is_1904(archive)
    return _read(path, content, hidden, date_1904=date_1904)


def _guard(path: Path, archive: zipfile.ZipFile) -> None:
    """Refuse a workbook that unpacks to too much, by what it says and by what it does."""
    members = archive.infolist()
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise too_large(path)
    for member in members:
        if member.flag_bits & 1:
            raise encrypted(path)
        if member.file_size > SUSPICIOUS_RATIO * max(member.compress_size, 1_000_000):
            raise too_large(path)


def _hidden_rows(path: Path, archive: zipfile.ZipFile) -> Iterator[tuple[str, frozenset[int]]]:
    """Give the hidden rows of each worksheet part that has any."""
    for member in archive.infolist():
        if not re.fullmatch(r"xl/worksheets/[^/]+\.xml", member.filename, re.IGNORECASE):
            continue
        found: set[int] = set()
        try:
            with archive.open(member) as part:
                tail = b""
                while block := part.read(1 << 20):
                    data = tail + block
                    if b"hidden=" in data:
                        for tag in _HIDDEN_ROW.finditer(data):
                            number = _ROW_NUMBER.search(tag[0])
                            if number:
                                found.add(int(number[1]))
                    tail = data[-512:]
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError):
            raise damaged(path) from None
        if found:
            yield member.filename.rsplit("/", 1)[-1].lower(), frozenset(found)


def _is_1904(archive: zipfile.ZipFile) -> bool:
    try:
        return b'date1904="1"' in archive.read("xl/workbook.xml")[:20_000].replace(b"true", b"1")
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError):
        return False


def _sheet_parts(content: bytes) -> dict[str, str]:
    """Map sheet names to the file names of their parts, for joining with hidden rows."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        try:
            book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
            links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
        except KeyError:
            return {}
    targets = {}
    for tag in re.findall(r"<Relationship\b[^>]*>", links):
        key, target = re.search(r'\bId="([^"]+)"', tag), re.search(r'\bTarget="([^"]+)"', tag)
        if key and target:
            targets[key[1]] = target[1].rsplit("/", 1)[-1].lower()
    parts = {}
    for tag in re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book):
        name, key = re.search(r'\bname="([^"]*)"', tag), re.search(r'\br:id="([^"]+)"', tag)
        if name and key and key[1] in targets:
            # xml entities in a sheet's name
            parts[re.sub(r"&amp;", "&", name[1])] = targets[key[1]]
    return parts


def _read(
    path: Path, content: bytes, hidden: dict[str, frozenset[int]], *, date_1904: bool
) -> list[Sheet]:
    parts = _sheet_parts(content) if hidden else {}
    sheets = []
    too_big = False
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            for meta in book.sheets_metadata:
                if meta.typ != SheetTypeEnum.WorkSheet:
                    continue
                sheet = book.get_sheet_by_name(meta.name)
                too_big = too_big or sheet.total_height * sheet.total_width > MAX_CELLS
                if too_big:
                    break
                sheets.append(
                    Sheet(
                        name=meta.name,
                        rows=sheet.to_python(skip_empty_area=False),
                        is_hidden=meta.visible != SheetVisibleEnum.Visible,
                        merges=tuple(sheet.merged_cell_ranges or ()),
                        hidden_rows=hidden.get(parts.get(meta.name, ""), frozenset()),
                        date_1904=date_1904,
                    )
                )
    except PasswordError:
        raise encrypted(path) from None
    except (CalamineError, OSError, ValueError, OverflowError, MemoryError, zipfile.BadZipFile):
        raise damaged(path) from None
    except BaseException as error:
        # A panic of the Rust reader derives from BaseException, on purpose of its makers.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged(path) from None
    if too_big:
        raise too_large(path)
    return sheets


def read_biff(path: Path, content: bytes) -> list[Sheet]:
    """Read every worksheet of a BIFF8 workbook (.xls, .et).

    Raises:
        FileError: encrypted, damaged, or some other OLE2 file.
    """
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise encrypted(path)
    book_names = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
    if not any(name in content for name in book_names):
        raise not_workbook(path)
    hidden: dict[str, frozenset[int]] = {}
    # xlrd is asked for hidden rows and the date mode, which calamine does not give.
    import xlrd  # noqa: PLC0415

    date_1904 = False
    try:
        book = xlrd.open_workbook(
            file_contents=content, formatting_info=True, logfile=io.StringIO()
        )
        date_1904 = bool(book.datemode)
        hidden = {
            sheet.name: frozenset(
                index + 1 for index, row in sheet.rowinfo_map.items() if row.hidden
            )
            for sheet in book.sheets()
        }
    except xlrd.XLRDError as error:
        if "encrypted" in str(error).lower():
            raise encrypted(path) from None
    except Exception:  # noqa: BLE001, S110 - xlrd raises anything at all on odd files; calamine decides
        pass
    sheets = _read(path, content, {}, date_1904=date_1904)
    return [
        Sheet(
            name=sheet.name,
            rows=sheet.rows,
            is_hidden=sheet.is_hidden,
            merges=sheet.merges,
            hidden_rows=hidden.get(sheet.name, frozenset()),
            date_1904=date_1904,
        )
        for sheet in sheets
    ]
