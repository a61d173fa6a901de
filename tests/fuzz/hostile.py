"""Files made to harm: bombs, entities, endless chains, a million rows that are none."""

import io
import struct
import zipfile
from collections.abc import Callable
from functools import cache
from random import Random

from samples.biff import BiffSheet, xls_bytes
from tests.fuzz import seeds

_SHEET, _STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_TABLE = [["姓名", "身份证号", "学校名称", "年级"], ["张小禾", seeds.CHILD, "云岭小学", "三年级"]]


@cache
def _plain() -> dict[str, bytes]:
    return seeds.parts_of(seeds.xlsx(_TABLE))


def _with(name: str, content: bytes) -> bytes:
    return seeds.zipped({**_plain(), name: content})


def _in_sheet(xml: str) -> bytes:
    return _with(_SHEET, _plain()[_SHEET].replace(b"</sheetData>", f"{xml}</sheetData>".encode()))


def entities(random: Random) -> bytes:
    """Entities that multiply, or that read a file."""
    name = random.choice([_SHEET, _STRINGS, "xl/workbook.xml", "xl/styles.xml"])
    depth = random.choice([2, 9, 30])
    laughs = "".join(f'<!ENTITY l{at + 1} "{f"&l{at};" * 10}">' for at in range(depth))
    outer = "<!ENTITY l0 '哈'>"
    if random.random() < 0.3:
        outer = '<!ENTITY l0 SYSTEM "file:///etc/passwd">'
    head, _, rest = _plain()[name].decode().partition("?>")
    doctype = f"<!DOCTYPE x [{outer}{laughs}]>"
    return _with(name, f"{head}?>{doctype}{rest.replace('姓名', f'&l{depth};')}".encode())


def dimensions(random: Random) -> bytes:
    """A sheet that says it is huge, or has its one cell far away."""
    says = random.choice(
        ["A1", "A1:XFD1048576", "A1:A1048576", "A0:ZZZ9999999", "", "1:1", "B2:A1"]
    )
    sheet = _plain()[_SHEET].decode()
    start = sheet.index("<dimension")
    sheet = f'{sheet[:start]}<dimension ref="{says}"/>{sheet[sheet.index("/>", start) + 2 :]}'
    places = [
        "A1048576",
        "XFD1",
        "XFD1048576",
        "A1048577",
        "ZZZZ1",
        "A0",
        "A99999999999",
        "1A",
        "",
        "a9",
    ]
    place = random.choice(places)
    row = random.choice(["3", "1048576", "0", "-1", "99999999999", "x"])
    far = f'<row r="{row}"><c r="{place}"><v>1</v></c></row>' if random.random() < 0.7 else ""
    return _with(_SHEET, sheet.replace("</sheetData>", f"{far}</sheetData>").encode())


def values(random: Random) -> bytes:
    """Numbers, types and styles that no program writes."""
    number = random.choice(
        ["NaN", "inf", "-inf", "1E999", "1e308", "-0", "0x10", "1,5", "", " 1 ", "9" * 400,
         "2958466",
         "-1", "1.7976931348623157E308", "60", "0.5", "1e-400"]
    )  # fmt: skip
    kind = random.choice(["n", "s", "str", "b", "e", "d", "inlineStr", "z", ""])
    style = random.choice(["0", "1", "999999", "-1", "x"])
    cells = "".join(
        f'<c r="{letter}3" t="{kind}" s="{style}"><v>{number}</v></c>' for letter in "ABCD"
    )
    return _in_sheet(f'<row r="3">{cells}</row>')


def nesting(random: Random) -> bytes:
    """Elements within elements, without an end."""
    depth = random.choice([100, 10_000, 200_000])
    tag = random.choice(["c", "row", "is", "v", "x:r", "si"])
    return _in_sheet(f"<{tag}>" * depth + ("" if random.random() < 0.5 else f"</{tag}>" * depth))


def strings(random: Random) -> bytes:
    """Shared strings that are too many, too long, or not there."""
    count = random.choice(["0", "4294967295", "99999999999999999999", "-1", "x"])
    items = "<si><t>" + "张" * random.choice([1, 40_000]) + "</t></si>"
    items *= random.choice([0, 1, 50])
    return _with(_STRINGS, f'<sst count="{count}" uniqueCount="{count}">{items}</sst>'.encode())


def merges(random: Random) -> bytes:
    """Merged areas that overlap, reach out of the sheet, or are none."""
    areas = [
        "A1:XFD1048576",
        "B2:A1",
        "A1:A1048576",
        "A1",
        "",
        "A0:B0",
        "A1:D1",
        "A1:D2",
        "ZZZZZ1:A1",
    ]
    chosen = "".join(
        f'<mergeCell ref="{random.choice(areas)}"/>' for _ in range(random.choice([1, 3, 2000]))
    )
    sheet = _plain()[_SHEET].replace(
        b"</sheetData>", f'</sheetData><mergeCells count="9">{chosen}</mergeCells>'.encode()
    )
    return _with(_SHEET, sheet)


def links(random: Random) -> bytes:
    """Parts that name each other, themselves, nobody, or a place outside."""
    target = random.choice(
        ["sheet1.xml", "../../../etc/passwd", "workbook.xml", "/xl/workbook.xml", "", "a" * 9999]
    )
    name = "xl/_rels/workbook.xml.rels"
    return _with(name, _plain()[name].replace(b"worksheets/sheet1.xml", target.encode()))


def sheets(random: Random) -> bytes:
    """A workbook of very many sheets, or of sheets with one name."""
    count = random.choice([2, 500])
    names = ["同名", "甲", "乙", "", "x" * 300]
    book = _plain()["xl/workbook.xml"].decode()
    start, end = book.index("<sheets>"), book.index("</sheets>")
    rel = book[start:].split('r:id="')[1].split('"')[0]
    many = "".join(
        f'<sheet name="{random.choice(names)}" sheetId="{at}" r:id="{rel}"/>' for at in range(count)
    )
    return _with("xl/workbook.xml", f"{book[: start + 8]}{many}{book[end:]}".encode())


def twice(random: Random) -> bytes:
    """A zip with two members of one name, a lying size, or another zip before it."""
    out = io.BytesIO(_noise_before(random))
    out.seek(0, io.SEEK_END)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _plain().items():
            archive.writestr(name, content)
        if random.random() < 0.5:
            archive.writestr("xl/worksheets/SHEET1.xml", b"<worksheet/>")
        for member in archive.infolist():
            if random.random() < 0.3:
                member.file_size = random.choice([0, 1, 0xFFFFFFFE])
            if random.random() < 0.1:
                member.flag_bits |= random.choice([1, 8, 0x800])
            if random.random() < 0.1:
                member.header_offset = random.choice([0, 1, 10**6])
    return out.getvalue()


def _noise_before(random: Random) -> bytes:
    return random.choice([b"", b"PK\x03\x04" + bytes(100)])


def chains(random: Random) -> bytes:
    """A compound file whose chains of sectors run in circles or out of it."""
    data = bytearray(xls_bytes([BiffSheet(name="a", rows=_TABLE)]))
    for _ in range(random.randint(1, 4)):
        at = random.choice([44, 48, 56, 60, 64, 68, 72, 76, 80, *range(512, 1024, 4)])
        number = random.choice([0, 1, 2, 3, 5, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFA, 0x7FFFFFFF])
        struct.pack_into("<I", data, at, number)
    if random.random() < 0.3:
        struct.pack_into("<H", data, 30, random.choice([0, 1, 6, 12, 16, 0xFFFF]))
    return bytes(data)


def counts(random: Random) -> bytes:
    """A BIFF workbook whose counts ask for all memory."""
    data = bytearray(xls_bytes([BiffSheet(name="a", rows=_TABLE, merges=[((0, 0), (0, 1))])]))
    for kind in random.sample([0xE5, 0x200, 0x85, 0x204, 0x208, 0xE0, 0x31, 0x22], k=3):
        at = data.find(struct.pack("<H", kind), 1536)
        if at > 0:
            struct.pack_into(
                "<I",
                data,
                at + random.choice([2, 4, 6, 8, 10]),
                random.choice([0, 0xFFFFFFFF, 0xFFFF0000]),
            )
    return bytes(data)


def quotes(random: Random) -> bytes:
    """Text with quotes that never close, or nothing but marks."""
    piece = random.choice(['"', '""', '",', '"\n', '\\"', ',"', "'", '="'])
    body = piece * random.choice([1, 3, 20_000])
    return f"姓名,身份证号\n{body}\n张小禾,{seeds.CHILD}\n".encode(
        random.choice(["utf-8", "gb18030"])
    )


def wide(random: Random) -> bytes:
    """Text of 16,384 columns, or of 100,000 marks on a line."""
    columns = random.choice([16_384, 100_000])
    return ("姓名" + "," * columns + "\n" + "1," * columns).encode()


def tags(random: Random) -> bytes:
    """Pages of tags without an end."""
    tag = random.choice(
        ["<table>", "<table><tr><td>", "<td>", "<tr>", "<!--", "<", "</table>", "<a b='", "&#"]
    )
    return b"<html><table><tr><td>" + tag.encode() * random.choice([10, 3_000, 30_000])


def spans(random: Random) -> bytes:
    """Pages whose cells span everything."""
    down, across = random.choice([9, 10_000, 10**9]), random.choice([2, 1000, 10**9])
    row = f"<td rowspan={down} colspan={across}>x</td>" * random.choice([1, 3])
    return f"<table>{f'<tr>{row}</tr>' * random.choice([1, 40])}</table>".encode()


def bomb(random: Random) -> bytes:
    """A member that unpacks to very much, and may say that it does not."""
    out = io.BytesIO()
    name = random.choice([_SHEET, _STRINGS, "xl/media/image1.png", "xl/styles.xml"])
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for member, content in _plain().items():
            if member != name:
                archive.writestr(member, content)
        with archive.open(name, "w") as stream:
            for _ in range(random.choice([50, 300])):
                stream.write(random.choice([b" ", b"<row/>"[:4]]) * (1 << 20))
        if random.random() < 0.5:
            archive.infolist()[-1].file_size = 1000
    return out.getvalue()


def blanks(random: Random) -> bytes:
    """A million formatted rows without a word in them."""
    cell = random.choice(
        ['<c r="A{0}" s="1"/>', "", '<c r="A{0}"><v></v></c>', '<c r="D{0}" t="s"><v>0</v></c>']
    )
    count = random.choice([200_000, 1_048_570])
    return _in_sheet("".join(f'<row r="{at}">{cell.format(at)}</row>' for at in range(5, count)))


def line(random: Random) -> bytes:
    """Ten megabytes on one line."""
    piece = random.choice(["张", "a,", '"', "\t", "1", "<td>", "张小禾,62,"])
    head = random.choice(["姓名,身份证号\n", "", "<table><tr>", '"'])
    return (head + piece * (10_000_000 // len(piece.encode()))).encode()


def lines(random: Random) -> bytes:
    """Very many lines of hardly anything."""
    piece = random.choice(["\n", ",\n", "张小禾\n", '"\n', "合计\n", "姓名,身份证号,年级\n"])
    return ("姓名,身份证号,年级,学校名称\n" + piece * 100_000).encode()


Maker = Callable[[Random], bytes]
QUICK: tuple[Maker, ...] = (
    *(entities, dimensions, dimensions, values, values, values, nesting, strings, merges, links),
    *(sheets, twice, chains, chains, counts, quotes, wide, tags, spans),
)
HEAVY: tuple[Maker, ...] = (bomb, blanks, line, lines)
