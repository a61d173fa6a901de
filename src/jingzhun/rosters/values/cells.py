"""Raw cells → typed values, column by column; each distinct cell is read once.

A reader takes one raw cell and gives a value, None for nothing, or an :class:`Odd`. It never
raises: whatever a person can type ends in a value or in one named fault.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from jingzhun.core.identity import certificate_parts, mask_text
from jingzhun.rosters.kinds import UNSEEN, normalise, seen, values
from jingzhun.rosters.values.odd import Odd

Reader = Callable[[Any], Any]

_PLACEHOLDER = re.compile(r"(?:0+(?:\.0)?|9{3,}|[-/—–―\\_.·*＊]+|#+(?:N/A|VALUE!|REF!)?)")
_NOTHING = frozenset(
    {"", "无", "暂无", "不详", "空", "NULL", "NONE", "未知", "N/A", "#N/A", "不明", "无此项", "NAN",
     "没有", "未填", "待补", "待定", "缺", "(空)", "无数据", "NIL"}
)  # fmt: skip
_STOP = re.compile(r"[。.;]+$|(?<=√)√+")
_SILENT = frozenset({"", "-", "/", "—", "NULL", "空", "不详", "未知"})
_PLAIN_NAME = re.compile("[\u4e00-\u9fff]{2,4}")
#: What programs write so that a number stays text, and what hides around it.
_FORMULA_TEXT = re.compile(rf'[\s{UNSEEN}]*="(.*)"[\s{UNSEEN}]*', re.DOTALL)
_DOTS = re.compile("[•・．.‧∙⋅·●]")
_REMARK = re.compile(r"[(\[【<《](.*?)[)\]】>》]")
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")


def read_column(cells: Sequence[Any], reader: Reader) -> tuple[list[Any], dict[int, Odd]]:
    """Read a column; give its values and, by position, what was odd.

    The value of an odd cell is what the :class:`Odd` says it is worth.
    """
    results = {cell: reader(cell) for cell in set(cells)}
    odd = {cell: result for cell, result in results.items() if isinstance(result, Odd)}
    if not odd:
        return list(map(results.__getitem__, cells)), {}
    worth = results | {cell: result.value for cell, result in odd.items()}
    return (
        list(map(worth.__getitem__, cells)),
        {at: odd[cell] for at, cell in enumerate(cells) if cell in odd},
    )


def is_placeholder(text: str) -> bool:
    """Say whether normalised text stands for nothing: 0, 无, 暂无, 不详, /, -, 999 and so on."""
    return text.upper() in _NOTHING or _PLACEHOLDER.fullmatch(text) is not None


def is_silent(text: str) -> bool:
    """Say whether normalised text in capitals says nothing at all, not even no as 无 and 0 do."""
    return text in _SILENT


def plain(cell: Any) -> str:
    """Give a cell as text as the eye reads it: whole numbers without ``.0``, wrappings off."""
    if isinstance(cell, str):
        wrapped = _FORMULA_TEXT.fullmatch(cell) if '="' in cell else None
        return (wrapped[1] if wrapped else cell).strip().lstrip("'’‘`").strip()
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        # Of a number beyond 15 digits the end is gone: it is shown as spreadsheets show it.
        if abs(cell) >= 1e15:
            return f"{cell:.5E}"
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return str(cell)


def text(cell: Any) -> str | None:
    """Read free text; placeholders are nothing; line breaks become blanks."""
    if isinstance(cell, str) and cell.isalpha() and cell not in _NOTHING:
        return cell
    found = plain(cell)
    if is_placeholder(normalise(found)):
        return None
    return " ".join(seen(found).split()) or None


def name_of_another(cell: Any) -> str | None:
    """Read the name of a guardian, of whom a cell may say more: no fault, a stretched name joined.

    Two names are four characters or more; 张　三 is one.
    """
    found = text(cell)
    if found and " " in found:
        joined = found.replace(" ", "")
        return joined if len(joined) <= 3 and joined.isalpha() else found
    return found


def health(cell: Any) -> str | None:
    """Read a state of health, a word or the roll's code; its 健康或良好 is a household's 健康."""
    found = text(cell)
    if found is None:
        return None
    # A code before its word, or alone: 10健康或良好, 30, 30.0.
    found = re.sub(r"^\d{2}[-.、:]?(?=[^\d.])|\.0$", "", found)
    found = _HEALTH_CODES.get(found, found)
    return "健康" if found in {"健康或良好", "良好", "健康良好"} else found


#: GB/T 2261.3, as the national roll writes it.
_HEALTH_CODES = {
    "10": "健康", "20": "一般或较弱", "30": "有慢性病", "40": "有生理缺陷", "50": "残疾",
}  # fmt: skip


def name(cell: Any) -> str | Odd | None:
    """Read a person's name: Han names without blanks, others with · between their parts."""
    if isinstance(cell, str) and _PLAIN_NAME.fullmatch(cell) and cell not in _NO_NAME:
        return cell
    raw = seen(plain(cell))
    remark = _REMARK.search(raw)
    if remark and remark.start() > 0:
        inner = name(raw[: remark.start()])
        if isinstance(inner, str):
            return Odd("name_remark", f"姓名后带有“{remark[1][:20]}”，已按姓名“{inner}”记。", inner)
        return inner
    found = _DOTS.sub("·", raw).strip("·,、，。*")
    if _HAN.search(found) or not found.isascii():
        found = "".join(found.split())
        letters = found.replace("·", "")
    else:
        found = " ".join(found.split())
        letters = re.sub("[· '-]", "", found)
    if is_placeholder(found) or not found:
        return None
    if not letters.isalpha() or len(letters) < 2 or len(letters) > 40 or found in _NOT_NAMES:
        return Odd(
            "name_invalid",
            f"姓名“{mask_text(found[:20])}”不像人名，请填写本人姓名，不要带数字或符号。",
        )
    return found


_NOT_NAMES = frozenset({"姓名", "学生姓名", "合计", "小计", "总计", "户主姓名", "共计"})
_NO_NAME = _NOT_NAMES | _NOTHING


def student_no(cell: Any) -> str | Odd | None:
    """Read a 学籍号: a letter and 18 characters. It is secondary: anything else is a remark."""
    if isinstance(cell, str) and _STUDENT_NO.fullmatch(cell):
        return cell
    found = normalise(plain(cell)).upper()
    if is_placeholder(found):
        return None
    if _STUDENT_NO.fullmatch(found):
        return found
    if re.fullmatch(r"[1-9]\d{16}[\dX]", found):
        return Odd("student_no_unusual", "学籍号缺少开头字母（G、L 或 J），没有采用。")
    return Odd(
        "student_no_unusual",
        f"学籍号“{mask_text(found[:24])}”不合规格（应为字母 G、L、J 加 18 位），没有采用。",
    )


_STUDENT_NO = re.compile(r"[GLJ][1-9][0-9]{16}[0-9X]")


def number(cell: Any) -> str | Odd | None:
    """Read an opaque number such as 户编号 as text, leading noughts kept."""
    if isinstance(cell, float) and abs(cell) >= 1e15:
        return Odd("number_lost_digits", "编号被表格软件当成数字，末几位已丢失，没有采用。")
    found = normalise(plain(cell))
    if is_placeholder(found):
        return None
    if re.fullmatch(r"\d(?:\.\d+)?[Ee]\+?\d{1,2}", found):
        return Odd(
            "number_lost_digits", f"编号成了科学计数法“{found}”，没有采用；请按文本格式重填。"
        )
    if len(found) > 40:
        return Odd("number_unreadable", f"“{found[:20]}…”太长，不像编号，没有采用。")
    return found[:-2] if re.fullmatch(r"\d+\.0", found) else found


def code(cell: Any) -> str | Odd | None:
    """Read a code such as 学校标识码 or 工号."""
    return number(cell)


def phone(cell: Any) -> str | Odd | None:
    """Read one or more phone numbers, joined with /; words beside them (父, 母) are passed over."""
    if isinstance(cell, str) and _MOBILE.fullmatch(cell):
        return cell
    found = seen(plain(cell)).strip()
    if is_placeholder(normalise(found)):
        return None
    good = [re.sub(r"\D", "", match[0]) for match in _PHONE.finditer(found)]
    good = [number[2:] if len(number) == 13 else number for number in good]
    joined = "/".join(dict.fromkeys(good)) or None
    if not good or re.search(r"\d", _PHONE.sub("", found).replace(".0", "")):
        return Odd("phone_invalid", f"电话“{found[:30]}”不是 11 位手机号或座机号。", joined)
    return joined


_MOBILE = re.compile(r"1[3-9][0-9]{9}")
# 139 1234 5678, +86 139-1234-5678, 0936-8221234, 8221234: none of them inside a longer number.
_PHONE = re.compile(
    r"(?<![\d.+])(?:(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}"
    r"|(?:0\d{2,3}[- ]?)?[2-9]\d{6,7})(?!\d|-\d|\.[1-9]|E)"
)


def count(cell: Any) -> int | Odd | None:
    """Read a whole number of months, days or things; 3个月, 3节 and 3.0 are 3."""
    found = normalise(plain(cell))
    if found in {"0", "0.0"}:
        return 0
    if is_placeholder(found):
        return None
    match = re.fullmatch(r"(\d{1,6})(?:\.0+)?(?:个月|月|天|口?人|口|套|个|节|篇)?", found)
    if match:
        return int(match[1])
    return Odd("number_unreadable", f"“{found[:20]}”不是整数，没有采用。")


_DISTANCE = re.compile(r"(\d{1,5})(?:\.(\d{1,3})\d*)?(公里|千米|KM|里|米|M)?")
_IN_METRES = {"公里": 1000, "千米": 1000, "KM": 1000, "里": 500, "米": 1, "M": 1}
_FARTHEST = 100_000  # metres that somebody may go to school


def distance(cell: Any) -> int | Odd | None:
    """Read a distance as metres; one without a unit is in kilometres: 2.5, 2.5公里, 2500米."""
    found = normalise(plain(cell)).upper()
    if found in {"0", "0.0"}:
        return 0
    if is_placeholder(found):
        return None
    match = _DISTANCE.fullmatch(found)
    if match:
        thousandths = int(match[1] + (match[2] or "").ljust(3, "0"))
        metres = thousandths * _IN_METRES[match[3] or "公里"] // 1000
        if metres <= _FARTHEST:
            return metres
    return Odd(
        "distance_unreadable",
        f"上下学距离“{mask_text(found[:20])}”读不出来，没有采用；请填单程公里数，如 2.5。",
    )


def ethnicity(cell: Any) -> str | Odd | None:
    """Read an ethnicity in its full form: 汉 is 汉族. No bare code is read, for lists differ."""
    found = normalise(plain(cell))
    if is_placeholder(found):
        return None
    word = re.sub(r"^\d{1,2}[-.、]?", "", found)
    if not re.fullmatch("[\u3400-\u9fff]{1,12}", word):
        return Odd(
            "ethnicity_unknown", f"民族“{found[:20]}”不认识，没有采用；请填汉族、回族等名称。"
        )
    return word if word.endswith(("族", "人", "他", "它", "士", "籍")) else f"{word}族"


def flag(cell: Any) -> bool | Odd | None:
    """Read yes or no: 是 否 √ × 1 0 有 无."""
    found = _STOP.sub("", normalise(plain(cell)).upper())
    meant = values("flag").get(found)
    if meant is None and is_placeholder(found):
        return None
    if meant is None:
        return Odd("flag_unreadable", f"“{found[:20]}”看不出是或否，没有采用；请填“是”或“否”。")
    return meant == "yes"


def ticked(words: Sequence[str], cells: Sequence[Any]) -> str:
    """Give the words whose cell is ticked, or says the word itself; what is no tick as it is."""
    said = []
    for word, cell in zip(words, cells, strict=True):
        text = normalise(plain(cell)).upper()
        meant = values("flag").get(text)
        if meant == "yes" or text == word:
            said.append(word)
        elif meant is None and not is_placeholder(text):
            said.append(text)
    return "、".join(said)


def vocabulary(which: str, *, code_name: str, expected: str) -> Reader:
    """Make a reader of a closed vocabulary; ``code_name`` is the fault when a word is unknown."""
    words: Mapping[str, str] = values(which)

    def read(cell: Any) -> str | Odd | None:
        found = normalise(plain(cell)).upper()
        meant = words.get(found)
        if meant is not None:
            return meant
        # A code before the word, as exports of code tables have it: 1-走读, 01 男.
        meant = words.get(re.sub(r"^\d{1,2}[-.、:]?(?=\D)", "", found))
        if meant is not None:
            return meant
        if is_placeholder(found):
            return None
        return Odd(code_name, f"“{mask_text(found[:20])}”不认识，{expected}。")

    return read


def disability_no(cell: Any) -> str | Odd | None:
    """Read a disability certificate of 20 or 22 characters."""
    if isinstance(cell, float) and abs(cell) >= 1e15:
        return Odd("number_lost_digits", "残疾证号被表格软件当成数字，末几位已丢失，没有采用。")
    found = normalise(plain(cell)).upper()
    if is_placeholder(found) or found in {"否", "N"}:
        return None
    if certificate_parts(found):
        return found
    return Odd(
        "disability_no_unusual", "残疾证号不合规格（应为身份证号加 2 位类别等级），没有采用。"
    )


def disability_kind(cell: Any) -> str | Odd | None:
    """Read a kind of disability; "" says that there is none. No bare code is read: they differ."""
    found = normalise(plain(cell))
    if found in {"无残疾", "无", "否", "非残疾", "健康", "没有", "不是", "正常"}:
        return ""
    if is_placeholder(found):
        return None
    if found.isascii():
        return Odd(
            "disability_kind_unknown",
            f"残疾类型“{found[:20]}”是代码，看不出是哪一类，没有采用；请填肢体残疾、无残疾等。",
        )
    return re.sub(r"^\d{1,2}[-.、:]?(?=\D)", "", found)


def left_behind(cell: Any) -> bool | Odd | None:
    """Read 是否留守儿童: yes/no, or the kinds 非留守, 单亲留守, 双亲留守."""
    found = normalise(plain(cell))
    if "留守" in found:
        return "非" not in found
    if found == "2":
        return True
    return flag(cell)
