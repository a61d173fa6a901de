"""Id numbers in cells: what can be read, and how what cannot was damaged.

A damaged id is never repaired in silence: even where only one number fits, the row comes back with
the advice beside it.
"""

import re
from datetime import date
from typing import Any

from jingzhun.core.identity import (
    IdChecker,
    certificate_parts,
    id_in_student_no,
    mask,
    upgrade_fifteen,
)
from jingzhun.rosters.kinds import normalise
from jingzhun.rosters.values.cells import is_placeholder, plain
from jingzhun.rosters.values.odd import Odd

_SCIENTIFIC = re.compile(r"[1-9](?:\.\d+)?E\+?\d{1,2}")
_INNER = re.compile(r"(?<!\d)[1-9]\d{16}[\dX](?!\d)")
_FOREIGN = re.compile(r"[^0-9X*]|(?<!\*)\*(?!\*)")
_HIDDEN = re.compile(r"[0-9]+\*{2,}[0-9X]*")
_LOOKALIKES = str.maketrans(
    {"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "|": "1", "Z": "2", "S": "5", "B": "8",
     "×": "X", "*": "X", "Χ": "X", "Х": "X", "О": "0"}
)  # fmt: skip
_MOST_LOOKALIKES = 6
_AGAIN = "请对照身份证或户口簿，按文本格式重新填写 18 位身份证号"
_REASONS = {
    "id_length": "应为 18 位",
    "id_characters": "应为 17 位数字加一位校验码，首位不是 0",
    "id_birth": "其中的出生日期不存在",
    "id_checksum": "最后一位校验码不符，有数字写错",
}


class IdReader:
    """Read a column of id numbers; ``today`` bounds the birth dates."""

    def __init__(self, today: date) -> None:
        self._checker = IdChecker(today)

    def number(self, cell: Any) -> str | Odd | None:
        """Read an id number; a certificate or old number gives 18 characters and a remark."""
        fault = self._checker.fault
        if isinstance(cell, str) and len(cell) == 18 and fault(cell) is None:
            return cell
        if isinstance(cell, float | int) and not isinstance(cell, bool):
            return self._numeric(float(cell))
        found = normalise(plain(cell)).upper().strip("'’‘`\"“”")
        if is_placeholder(found):
            return None
        found = re.sub(r"[-_—–]", "", found)
        whole = found.removesuffix(".0")
        if whole != found and whole.isdigit():
            # It was a number on its way here: what was longer than 15 digits is not what it was.
            return self._numeric(float(whole))
        if len(found) == 18 and fault(found) is None:
            return found
        return self._old_or_certificate(found) or self._damage(found)

    def certificate(self, cell: Any) -> str | None:
        """Give the disability certificate that an id cell holds, if it holds a sound one."""
        if not isinstance(cell, str) or len(cell) < 20:
            return None
        found = normalise(plain(cell)).upper()
        parts = certificate_parts(found)
        return found if parts and self._checker.fault(parts.id_number) is None else None

    def holder(self, cell: Any) -> str | None:
        """Give the id number of whom a certificate cell is about, certificate or plain id."""
        found = normalise(plain(cell)).upper()[:18] if isinstance(cell, str) else ""
        return found if len(found) == 18 and self._checker.fault(found) is None else None

    def secondary(self, cell: Any) -> str | Odd | None:
        """Read an id that is not the row's own (户主, 帮扶人): any fault is a mere remark."""
        found = self.number(cell)
        if isinstance(found, Odd) and found.value is None:
            return Odd("secondary_id_invalid", f"{found.message}这一项没有采用。")
        return found.value if isinstance(found, Odd) else found

    def _numeric(self, cell: float) -> str | Odd | None:
        if cell == 0:
            return None
        if abs(cell) >= 1e15:
            return Odd(
                "id_lost_digits",
                "身份证号被表格软件当成数字保存，只剩前 15 位，后 3 位已经丢失。",
                advice=f"15 位浮点截断：后 3 位无法恢复；{_AGAIN}。",
            )
        return self._old_or_certificate(plain(cell)) or self._damage(plain(cell))

    def _old_or_certificate(self, found: str) -> Odd | None:
        if len(found) in {20, 22}:
            parts = certificate_parts(found)
            if parts and self._checker.fault(parts.id_number) is None:
                return Odd(
                    "id_from_certificate",
                    f"身份证号一栏填的是残疾人证号，已取前 18 位，并记下{parts.kind}。",
                    parts.id_number,
                )
        if len(found) == 15:
            upgraded = upgrade_fifteen(found)
            if upgraded and self._checker.fault(upgraded) is None:
                return Odd(
                    "id_upgraded", f"15 位旧身份证号，已升为 18 位 {mask(upgraded)}。", upgraded
                )
        return None

    def _damage(self, found: str) -> Odd:
        shown = mask(found[:30])
        if _SCIENTIFIC.fullmatch(found):
            return Odd(
                "id_scientific",
                f"身份证号成了科学计数法“{float(found):.5E}”，原来的数字已经丢失。",
                advice=f"科学计数法里的数字无法恢复；{_AGAIN}。",
            )
        if not any(map(str.isdigit, found)):
            return Odd(
                "id_characters", f"身份证号一格写的是“{shown}”，不是号码。", advice=f"{_AGAIN}。"
            )
        translated = found.translate(_LOOKALIKES)
        if translated != found and 1 <= len(_FOREIGN.findall(found)) <= _MOST_LOOKALIKES:
            fits = len(translated) == 18 and self._checker.fault(translated) is None
            advice = (
                f"字母当成了数字（如 O 当 0、I 当 1、× 当 X）；改成 {mask(translated)} 校验相符，"
            )
            return Odd(
                "id_lookalike",
                f"身份证号“{shown}”里混有字母或符号。",
                advice=(advice if fits else "") + f"{_AGAIN}。",
            )
        code = self._checker.fault(found) or "id_characters"
        seen = f"（现有 {len(found)} 位）" if code == "id_length" else ""
        return Odd(
            code,
            f"身份证号“{shown}”{_REASONS[code]}{seen}。",
            advice=f"{self._guess(found, code)}{_AGAIN}。",
        )

    def _guess(self, found: str, code: str) -> str:
        """Say how a number that is not one was probably damaged; "" for no idea."""
        inner = id_in_student_no(found)
        if inner and self._checker.fault(inner) is None:
            return f"填的是学籍号；去掉开头的 G 是 {mask(inner)}，校验相符，核对后可填。"
        whole = [number for number in _INNER.findall(found) if self._checker.fault(number) is None]
        if len(whole) > 1:
            return "一格里有几个号码，请只留本人的；"
        if whole and len(found) > 18:
            return f"号码前后多了别的字；只留 {mask(whole[0])}，校验相符；"
        if _HIDDEN.fullmatch(found):
            return "号码中间被 * 遮住了；"
        if code in {"id_checksum", "id_birth"} and found.endswith("000"):
            return "末尾 000 像是表格软件 15 位截断留下的，后 3 位可能已丢失；"
        if found.startswith("999") and len(found) == 18:
            return (
                "999 开头像是系统给没有身份证的学生编的号；没有身份证的号码留空，证件类型填“其他”；"
            )
        guesses = {
            15: "15 位旧身份证号里的出生日期不存在；",
            17: "少了一位，可能漏掉最后的 X 或开头的数字；",
            19: "多了一位；",
            20: "20 位像残疾人证号，但前 18 位或类别、等级不对；",
            22: "22 位像换领的残疾人证号，但前 18 位或类别、等级不对；",
        }
        return guesses.get(len(found), "") if code == "id_length" else ""
