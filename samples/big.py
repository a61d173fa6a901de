"""The workbook for the import benchmark: a poor-student list of any length, 20 columns wide.

Rows are clean, since the benchmark measures the usual case; about four pupils share a household.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

import xlsxwriter

from samples.names import COUNTY, PROVINCE, Namer, id_number

COLUMNS = (
    "学期", "省市", "区县", "乡镇", "村组（社区）", "姓名", "身份证号码", "是否脱贫家庭学生",
    "户编号", "户主姓名", "户类型", "联系电话", "学校全称", "学段", "年级", "班级", "学籍号",
    "就读方式", "是否残疾生", "残疾生证号",
)  # fmt: skip
_GRADES = "一二三四五六七八九"
_TYPES = ("脱贫户（享受政策）", "脱贫户（不享受政策）", "边缘易致贫户", "脱贫不稳定户", "一般农户")
_YOUNGEST = date(2020, 8, 31)
_PER_HOUSEHOLD = 4


def write_big_roster(path: Path, rows: int, seed: int = 1) -> None:
    """Write a poor-student list of ``rows`` pupils with valid, unique, fictitious id numbers."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("工作表1")
    for at, row in enumerate((COLUMNS, *big_rows(rows, seed))):
        for column, value in enumerate(row):
            if value:
                sheet.write_string(at, column, value)
    book.close()


def big_rows(rows: int, seed: int) -> Iterator[tuple[str, ...]]:
    """Give the rows one by one; the same seed gives the same rows."""
    dice = Random(seed)
    namer = Namer(dice)
    for household in range(-(-rows // _PER_HOUSEHOLD)):
        surname = namer.surname()
        head = namer.name("男", surname)
        village = household % 400
        home = ("2026秋", PROVINCE, COUNTY, f"第{village // 20 + 1}镇", f"第{village + 1}村")
        kind = dice.choice(_TYPES)
        phone = f"1990{household % 10_000_000:07d}"
        for child in range(min(_PER_HOUSEHOLD, rows - household * _PER_HOUSEHOLD)):
            number = _number(household * _PER_HOUSEHOLD + child)
            yield (
                *home,
                namer.name("男" if int(number[16]) % 2 else "女", surname),
                number,
                "是" if kind.startswith("脱贫") else "否",
                f"62{household:08d}",
                head,
                kind,
                phone,
                *_schooling(number, village, dice),
            )


def _number(at: int) -> str:
    """Give the id number of a pupil of grades 1 to 9: nine years of birthdays, orders on top."""
    order, day = divmod(at, 9 * 365)
    return id_number(_YOUNGEST - timedelta(day), order % 1000)


def _schooling(number: str, village: int, dice: Random) -> tuple[str, ...]:
    born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    grade = min(9, 1 + (_YOUNGEST - born_on).days * 100 // 36525)
    is_junior = grade > 6
    is_disabled = dice.random() < 0.02
    return (
        f"第{village // 20 + 1}镇{'初级中学' if is_junior else f'第{village % 20 // 5 + 1}小学'}",
        "初中" if is_junior else "小学",
        f"{_GRADES[grade - 1]}年级",
        f"{dice.randrange(6) + 1}班",
        f"G{number}",
        "住校" if is_junior and dice.random() < 0.7 else "走读",
        "是" if is_disabled else "否",
        f"{number}44" if is_disabled else "",
    )
