"""The bank of the story: fills in what became of each line of a payment file, and sends it back."""

from datetime import date
from pathlib import Path

import openpyxl

_ANSWERS = ("处理结果", "日期", "失败原因")


def answer(sent: Path, reply: Path, day: date, refused: dict[str, str]) -> str:
    """Write the reply to a payment file; ``refused`` gives by payee why a line was not paid."""
    book = openpyxl.load_workbook(sent)
    sheet = book.worksheets[0]
    rows = list(sheet.iter_rows())
    top = next(at for at, row in enumerate(rows) if "账号" in {cell.value for cell in row})
    titles = [cell.value for cell in rows[top]]
    payee = next(at for at, title in enumerate(titles) if str(title).startswith("姓名"))
    lines = [row for row in rows[top + 1 :] if str(row[titles.index("序号")].value).isdigit()]
    for at, title in enumerate(_ANSWERS, start=len(titles) + 1):
        sheet.cell(rows[top][0].row or 1, at, title)
    for row in lines:
        why = refused.get(str(row[payee].value))
        told = ("失败", day.isoformat(), why) if why else ("成功", day.isoformat(), None)
        for at, words in enumerate(told, start=len(titles) + 1):
            sheet.cell(row[0].row or 1, at, words)
    book.save(reply)
    return f"{len(lines)} 笔，退回 {len(refused)} 笔"
