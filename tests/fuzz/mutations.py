"""Files by number: the same number always makes the same file, sound, torn or hostile."""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from jingzhun.rosters.containers.compound import streams, wrap
from tests.fuzz import hostile, seeds

Mutation = Callable[[Random], bytes]
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Case:
    """A file of the fuzz and how it was made."""

    number: int
    how: str
    name: str
    content: bytes


def case(number: int) -> Case:
    """Make the file of a number."""
    random = Random(number)
    # What takes long to read comes seldom.
    family = random.choices(list(_FAMILIES), weights=[weight for _, weight in _FAMILIES.values()])
    make, _ = _FAMILIES[family[0]]
    name = random.choice(["名册.xlsx", "名册.xls", "名册.et", "名册.csv", "名册.tsv", "名册.html"])
    return Case(number, family[0], name, make(random))


def torn(content: bytes, random: Random) -> bytes:
    """Flip, cut, double, move and delete bytes."""
    data = bytearray(content)
    for _ in range(random.choice([1, 1, 2, 4, 16, 64])):
        if not data:
            break
        at = random.randrange(len(data))
        length = random.choice([1, 2, 4, 16, 512])
        match random.randrange(7):
            case 0:
                data[at] ^= 1 << random.randrange(8)
            case 1:
                data[at] = random.choice([0, 1, 0x7F, 0x80, 0xFE, 0xFF])
            case 2:
                del data[at : at + length]
            case 3:
                data[at:at] = data[at : at + length]
            case 4:
                data[at : at + length] = random.randbytes(length)
            case 5:
                number = random.choice([0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 0xFFFF, 0x10000])
                data[at : at + 4] = struct.pack("<I", number)
            case _:
                other = random.randrange(len(data))
                data[at : at + length] = data[other : other + length]
    return bytes(data[: random.randrange(len(data) + 1)] if random.random() < 0.1 else data)


def _table(random: Random) -> list[list[object]]:
    return seeds.rows(random, badness=random.choice([0.0, 0.02, 0.1, 0.5]))


def _dirty_xlsx(random: Random) -> bytes:
    return seeds.xlsx(_table(random), random=random)


def _dirty_biff(random: Random) -> bytes:
    return seeds.biff(_table(random), random=random)


def _dirty_text(random: Random) -> bytes:
    return seeds.text(_table(random), random)


def _dirty_page(random: Random) -> bytes:
    return seeds.page(_table(random), random)


def _torn_xlsx(random: Random) -> bytes:
    return torn(seeds.xlsx(_table(random)), random)


def _torn_part(random: Random) -> bytes:
    parts = dict(seeds.parts_of(seeds.xlsx(_table(random), random=random)))
    for _ in range(random.randint(1, 3)):
        name = random.choice(list(parts))
        if random.random() < 0.05:
            del parts[name]
        else:
            parts[name] = torn(parts[name], random)
        if not parts:
            break
    return seeds.zipped(parts)


def _bent_part(random: Random) -> bytes:
    """Change letters and digits of a part that stays well formed."""
    parts = dict(seeds.parts_of(seeds.xlsx(_table(random), random=random)))
    name = random.choice([name for name in parts if name.endswith(".xml")])
    data = bytearray(parts[name])
    places = [at for at, byte in enumerate(data) if chr(byte).isalnum()]
    for at in random.sample(places, k=min(len(places), random.choice([1, 3, 30]))):
        data[at] = ord(random.choice("0123456789" if chr(data[at]).isdigit() else "abcrstvAXZ"))
    return seeds.zipped({**parts, name: bytes(data)})


def _torn_biff(random: Random) -> bytes:
    return torn(seeds.biff(_table(random)), random)


def _torn_book(random: Random) -> bytes:
    book = streams(seeds.biff(_table(random)))["WORKBOOK"]
    return wrap(torn(book, random))


def _torn_records(random: Random) -> bytes:
    """Change whole records of a BIFF stream: drop, double, swap, resize, refill."""
    book = streams(seeds.biff(_table(random), random=random))["WORKBOOK"]
    records = []
    at = 0
    while at + 4 <= len(book):
        kind, size = struct.unpack_from("<HH", book, at)
        records.append([kind, book[at + 4 : at + 4 + size]])
        at += 4 + size
    for _ in range(random.choice([1, 2, 5])):
        one, other = random.randrange(len(records)), random.randrange(len(records))
        kind, data = records[one]
        match random.randrange(6):
            case 0:
                del records[one]
            case 1:
                records.insert(other, records[one])
            case 2:
                records[one], records[other] = records[other], records[one]
            case 3:
                records[one] = [kind, torn(data, random)]
            case 4:
                records[one] = [random.choice([6, 0xFC, 0xFD, 0x3C, 0xE5, 0xBD, 0x207]), data]
            case _:
                records[one] = [kind, data + random.randbytes(random.choice([1, 8, 8000]))]
        if not records:
            break
    return wrap(b"".join(struct.pack("<HH", k, len(d) & 0xFFFF) + d for k, d in records))


def _torn_text(random: Random) -> bytes:
    data = torn(seeds.text(_table(random), random), random)
    for mark in random.sample([b'"', b"\0", b"\r", b"\t", b"\xff", b"\x1a"], k=2):
        at = random.randrange(len(data) + 1)
        data = data[:at] + mark * random.choice([0, 1, 1, 3]) + data[at:]
    return data


def _torn_page(random: Random) -> bytes:
    data = torn(seeds.page(_table(random), random), random)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(data) + 1)
        tag = random.choice(
            ["<table>", "</table>", "<tr>", "<td", "<td rowspan=65000 colspan=900>", "<!--",
             "<![CDATA[",
             "&#xD800;", "&#99999999999;", "<script>", "<?xml", "</", "<row ss:Index='1999999'>"]
        )  # fmt: skip
        data = data[:at] + tag.encode() + data[at:]
    return data


def _noise(random: Random) -> bytes:
    head = random.choice([b"", _ZIP, _OLE, b"<html><table>", b"\xff\xfe", b"\xef\xbb\xbf"])
    return head + random.randbytes(random.choice([0, 1, 100, 5000]))


def _hostile(random: Random) -> bytes:
    return random.choice(hostile.QUICK)(random)


def _heavy(random: Random) -> bytes:
    return random.choice(hostile.HEAVY)(random)


_FAMILIES: dict[str, tuple[Mutation, int]] = {
    "dirty xlsx": (_dirty_xlsx, 12),
    "dirty biff": (_dirty_biff, 8),
    "dirty text": (_dirty_text, 10),
    "dirty page": (_dirty_page, 7),
    "torn xlsx": (_torn_xlsx, 5),
    "torn part": (_torn_part, 8),
    "bent part": (_bent_part, 10),
    "torn biff": (_torn_biff, 7),
    "torn book": (_torn_book, 7),
    "torn records": (_torn_records, 8),
    "torn text": (_torn_text, 8),
    "torn page": (_torn_page, 6),
    "noise": (_noise, 2),
    "hostile": (_hostile, 7),
    "heavy": (_heavy, 1),
}
