"""Workbooks, good and broken, as small as they can be."""

import struct
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import xlsxwriter

from tests.builders import id_number

HEADERS = ("姓名", "身份证件号", "学籍号", "学校名称", "年级", "班级", "就读方式")
_BLANK_ROWS = 1_000_000


def pupil(order: int, *, name: str = "张一", grade: str = "三年级") -> tuple[str, ...]:
    """Give a good row of a school roll."""
    number = id_number(date(2017, 5, 6), order)
    return (name, number, f"G{number}", "青禾小学", grade, "1班", "走读")


def roster(path: Path, rows: Sequence[Sequence[str]] | None = None) -> Path:
    """Write a school roll; three good rows unless told otherwise."""
    rows = [pupil(1), pupil(2, name="王二"), pupil(3, name="赵三")] if rows is None else rows
    with xlsxwriter.Workbook(path, {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("学籍")
        sheet.write_row(0, 0, HEADERS)
        for number, row in enumerate(rows, start=1):
            sheet.write_row(number, 0, row)
    return path


def header_only(path: Path) -> Path:
    """Write a school roll without a single row."""
    return roster(path, [])


def unknown(path: Path) -> Path:
    """Write a workbook that is no list of ours."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("菜谱")
        sheet.write_row(0, 0, ("星期", "主食", "菜"))
        sheet.write_row(1, 0, ("周一", "米饭", "土豆"))
    return path


def truncated(path: Path) -> Path:
    """Write the first two thirds of a good workbook."""
    content = roster(path).read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    return path


def photo(path: Path) -> Path:
    """Write what begins like a JPEG."""
    path.write_bytes(b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(256)) * 20)
    return path


def empty(path: Path) -> Path:
    """Write nothing."""
    path.touch()
    return path


def noise(path: Path) -> Path:
    """Write bytes that are no format at all."""
    path.write_bytes(bytes(range(255, -1, -1)) * 64)
    return path


def encrypted(path: Path) -> Path:
    """Write the compound file that a password puts around an xlsx."""
    free, end, fat = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6,
        0, 1, 1, 0, 4096, end, 0, end, 0, 0,
    )  # fmt: skip
    header = header.ljust(512, b"\xff")
    table = struct.pack("<128I", fat, end, end, *[free] * 125)
    entries = b"".join(
        _entry(name, kind, child, start, size)
        for name, kind, child, start, size in (
            ("Root Entry", 5, 1, end, 0),
            ("EncryptedPackage", 2, free, 2, 512),
        )
    )
    path.write_bytes(header + table + entries.ljust(512, b"\x00") + bytes(512))
    return path


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    words = name.encode("utf-16-le") + b"\x00\x00"
    none = 0xFFFFFFFF
    return struct.pack(
        "<64sHBBIII36xIQ", words, len(words), kind, 1, none, none, child, start, size
    )  # fmt: skip


def zip_bomb(path: Path) -> Path:
    """Write a workbook whose sheet unpacks to 1 GiB."""
    sheet = "xl/worksheets/sheet1.xml"
    _with_sheet(roster(path), sheet, (b" " * (1 << 24) for _ in range(64)))
    return path


def blank_formatted(path: Path) -> Path:
    """Write a school roll of three rows, with a million empty but formatted rows below."""
    roster(path)
    name = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(path) as archive:
        text = archive.read(name)
    before, after = text.split(b"</sheetData>")
    before = before.replace(b'ref="A1:G4"', b'ref="A1:G1000004"')

    def parts() -> Iterator[bytes]:
        yield before
        for first in range(5, _BLANK_ROWS + 5, 1000):
            yield "".join(
                f'<row r="{row}"><c r="A{row}" s="0"/><c r="G{row}" s="0"/></row>'
                for row in range(first, first + 1000)
            ).encode()
        yield b"</sheetData>" + after

    _with_sheet(path, name, parts())
    return path


def _with_sheet(path: Path, name: str, parts: Iterator[bytes]) -> None:
    """Rewrite a workbook with other bytes for one of its members."""
    with zipfile.ZipFile(path) as archive:
        kept = {member: archive.read(member) for member in archive.namelist() if member != name}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for member, content in kept.items():
            archive.writestr(member, content)
        with archive.open(name, "w") as stream:
            for part in parts:
                stream.write(part)
