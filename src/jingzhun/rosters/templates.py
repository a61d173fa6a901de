"""Blank workbooks of ours, one for each kind: made of what the kind's TOML says, nothing else.

The first sheet has title, headers and an example that an import passes over; the second explains
every column. Code columns have lists to choose from; all else but money and counts is text, so that
no program turns an id into a number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import xlsxwriter

from jingzhun.core.identity import check_digit
from jingzhun.core.vocabulary import Kind
from jingzhun.rosters.containers.sheet import GUIDE_SHEET
from jingzhun.rosters.kinds import (
    FieldSpec,
    KindSpec,
    choices,
    fields,
    kinds,
    normalise_header,
    own_words,
    vocabulary_of,
)
from jingzhun.rosters.layout.detect import detect
from jingzhun.rosters.saving import save

EXAMPLE = "示例"
_ROWS = 2000  # that have formats and lists
#: What most lists of people have; the rest of a kind's fields is what tells it from others.
_COMMON = frozenset(
    {"name", "id_number", "id_type", "student_no", "sex", "ethnicity", "school", "grade",
     "class_no", "boarding", "household_no", "head_name", "relation", "township", "village",
     "phone", "guardian_name", "guardian_phone", "address"}
)  # fmt: skip
_FEW = frozenset({"name", "id_number", "school", "head_name", "village"})
_NUMBERS = frozenset({"money", "count", "quantity", "distance"})
_YES_NO = ("是", "否")
_CHOICES: Mapping[str, tuple[str, ...]] = {
    "flag": _YES_NO,
    "left_behind": _YES_NO,
    "risk": _YES_NO,
    "allowance": ("农村低保", "城市低保", "否"),
    "destitute": ("农村特困", "城市特困", "否"),
    "disability_degree": ("一级", "二级", "三级", "四级"),
}
#: Excel takes no more characters of a list written out.
_LIST_LENGTH = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateColumn:
    """A column of a blank workbook. ``need`` says in Chinese whether it must be there."""

    field: FieldSpec
    header: str
    need: str
    choices: tuple[str, ...]
    example: str


def template_columns(kind: Kind, today: date) -> list[TemplateColumn]:
    """Give the columns of a kind's blank workbook, in their order."""
    spec = kinds()[kind]
    columns: list[TemplateColumn] = []
    by_day: list[TemplateColumn] = []
    for name in _chosen(kind):
        column = _column(spec, name, today)
        if spec.series.get(name) != "day":
            columns.append(column)
            continue
        for day in range(1, 32):
            # No month lacks the first four weeks.
            example = column.example if day <= 28 else ""
            by_day.append(replace(column, header=f"{day}日", example=example))
    return [*columns, *by_day]


@cache
def _chosen(kind: Kind) -> tuple[str, ...]:
    """Choose a kind's fields: what it needs, what is its own, what every list of people has.

    Where that would make it a list of another kind, less of what others have too.
    """
    spec = kinds()[kind]
    own = {name for group in spec.requires for name in group} | set(spec.signature)
    if spec.register:
        own |= set(spec.register.fields)
    # A register of households asks for the head alone; a list of people may name him as one.
    is_of_homes = spec.register is not None and spec.register.about == "household"
    others = set(spec.stand_ins.values()) if is_of_homes else set()
    chosen = _with(spec, own | _COMMON - others)
    headers = [normalise_header(_header(spec, fields()[name])) for name in chosen]
    found, _ = detect(headers, own_words(), title=kind.label)
    is_found = found is not None and found.spec.kind is kind
    return tuple(chosen if is_found else _with(spec, own | _FEW - others))


def _with(spec: KindSpec, wanted: set[str]) -> list[str]:
    """Give those of a kind's fields that are wanted and said in no better way, in their order."""
    known = fields()
    names = []
    for name in spec.fields:
        field = known[name]
        is_better_said = any(other in spec.fields for other in field.instead_of)
        has_header = field.headers or name in spec.headers.values() or name in spec.series
        if name in wanted and has_header and not is_better_said and field.type != "ignored":
            names.append(name)
    return ["sequence", *names, *(["remark"] if "remark" in spec.fields else [])]


def _column(spec: KindSpec, name: str, today: date) -> TemplateColumn:
    field = fields()[name]
    vocabulary = vocabulary_of(name)
    allowed = _CHOICES.get(field.type) or (choices(vocabulary) if vocabulary else ())
    return TemplateColumn(
        field=field,
        header=_header(spec, field),
        need=_need(spec, name),
        choices=allowed,
        example=_example(field, allowed, today),
    )


def _header(spec: KindSpec, field: FieldSpec) -> str:
    """Give the header that means the field in this kind: its title, if that does."""
    if spec.headers.get(normalise_header(field.title)) in {field.name, None}:
        return field.title
    return next((word for word, name in spec.headers.items() if name == field.name), field.title)


def _need(spec: KindSpec, name: str) -> str:
    for group in spec.requires:
        others = [other for other in group if other in _chosen(spec.kind)]
        if name in group and len(others) == 1:
            return "必填"
        if name in group:
            titles = "、".join(fields()[other].title for other in others[:4])
            return f"至少填一列：{titles}{'……' if len(others) > 4 else ''}"
    return ""


def _example(field: FieldSpec, allowed: tuple[str, ...], today: date) -> str:
    """Give what an example row has in a field: somebody who does not exist."""
    if field.name in _BY_NAME:
        return _BY_NAME[field.name]
    if allowed:
        return allowed[0]
    if field.name == "year":
        return str(today.year)
    child, grown = _number(today.year - 9), _number(today.year - 40)
    day = today.isoformat()
    by_type = {
        "id": child, "student_no": f"G{child}", "birth": f"{today.year - 9}-03-04",
        "secondary_id": grown, "disability_no": f"{child}44", "name": "李大山",
        "phone": "19900000001", "code": "6299990001",
        "school": "青禾小学", "school_grade": "青禾小学三年级", "grade": "三年级", "class": "1班",
        "grade_class": "三年级1班", "ethnicity": "汉族", "disability_kind": "肢体残疾", "date": day,
        "event_date": day, "days": day, "span": day, "last_day": day,
        "month": day[:7], "period_month": day[:7],
        "term": f"{today.year}秋", "school_year": f"{today.year}-{today.year + 1}学年",
        "number": "6299990001", "account": "6299990000000001234", "money": "84.00", "count": "1",
        "distance": "2.5",
        "quantity": "1", "waiver": "84.00", "mark": "√", "duration": "",
    }  # fmt: skip
    return by_type.get(field.type, "")


_BY_NAME = {
    "sequence": EXAMPLE, "remark": EXAMPLE, "name": "张小禾", "standard": "4.00", "days": "21",
    "meal_days": "21", "absent_days": "1", "ends_on": "", "back_on": "", "stage": "小学",
    "project": "寄宿生生活补助", "risk_removed_on": "", "reasons": "因病", "village": "东山村",
    "id_type": "居民身份证",
    "township": "云岭镇", "relation": "户主", "item": "课桌凳", "donor": "爱心人士",
    "goods": "图书", "day_heads": "30", "form": "送教下乡", "theme": "游戏活动",
    "helper": "李帮", "visitor": "李帮", "checker": "李帮", "content": "种植补助",
    "goal": "增收2000元", "change": "休学",
    "helping_school": "县第一幼儿园", "helped_school": "云岭镇幼儿园",
}  # fmt: skip


def _number(year: int) -> str:
    body = f"629999{year}0304001"
    return body + check_digit(body)


def write_template(kind: Kind, target: IO[bytes], today: date) -> None:
    """Write a kind's blank workbook."""
    columns = template_columns(kind, today)
    book = xlsxwriter.Workbook(
        target, {"in_memory": True, "strings_to_formulas": False, "strings_to_numbers": False}
    )
    with book:
        page = book.add_worksheet(kind.label[:31])
        guide = book.add_worksheet(GUIDE_SHEET)
        look = {
            name: book.add_format({"font_name": "宋体", "valign": "vcenter", **how})
            for name, how in _LOOKS.items()
        }
        _write_list(page, kind, columns, look, today)
        _write_guide(guide, kind, columns, look)
        for index, column in enumerate(columns):
            _offer(page, index, column, _listed_at(columns, column))


_LOOKS: Mapping[str, Mapping[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "head": {"bold": True, "border": 1, "bg_color": "#DDEBF7", "text_wrap": True,
             "align": "center", "num_format": "@"},
    "needed": {"bold": True, "border": 1, "bg_color": "#FFE699", "text_wrap": True,
               "align": "center", "num_format": "@"},
    "text": {"num_format": "@"},
    "number": {"num_format": "General"},
    "example": {"num_format": "@", "italic": True, "font_color": "#808080"},
    "wrap": {"num_format": "@", "text_wrap": True},
}  # fmt: skip


def _title(kind: Kind, today: date) -> str:
    # Lists that are known by their title are of the month that it names.
    by_month = any("title" in group for group in kinds()[kind].requires)
    return f"{today.year}年{today.month}月{kind.label}" if by_month else kind.label


def _write_list(
    page: Any, kind: Kind, columns: list[TemplateColumn], look: Mapping[str, Any], today: date
) -> None:
    page.merge_range(0, 0, 0, len(columns) - 1, _title(kind, today), look["title"])
    for index, column in enumerate(columns):
        is_number = column.field.type in _NUMBERS
        width = max(10, 2 * len(column.header) + 2, 22 if "id" in column.field.type else 0)
        width = max(width, min(len(column.example.encode("gbk", "replace")) + 3, 40))
        page.set_column(index, index, width, look["number" if is_number else "text"])
        page.write_string(1, index, column.header, look["needed" if column.need else "head"])
        if is_number and column.example:
            page.write_number(2, index, float(column.example), look["example"])
        elif column.example:
            page.write_string(2, index, column.example, look["example"])
    page.freeze_panes(2, 0)
    page.set_paper(9)
    page.set_landscape()
    page.repeat_rows(0, 1)


def _write_guide(
    page: Any, kind: Kind, columns: list[TemplateColumn], look: Mapping[str, Any]
) -> None:
    page.write_string(0, 0, GUIDE_SHEET, look["title"])
    lines = (
        f"{kind.label}：第一张表里从第 4 行起填写，一行一条；灰色的示例行不用删，导入时跳过。",
        "黄色的列必填或几列里至少填一列；用不着的列可以删去，列的次序可以换。",
    )
    for at, line in enumerate(lines, 1):
        page.write_string(at, 0, line)
    for index, head in enumerate(("列", "是否必填", "可以填", "例子")):
        page.write_string(4, index, head, look["head"])
    told = {column.header: column for column in columns if column.field.name != "sequence"}
    for at, column in enumerate(told.values(), 5):
        allowed = "、".join(column.choices) or _FORMS.get(column.field.type, "")
        for index, text in enumerate((column.header, column.need, allowed, column.example)):
            page.write_string(at, index, text, look["wrap"])
    others = [
        fields()[name].title
        for name in kinds()[kind].fields
        if name not in {column.field.name for column in columns}
        and fields()[name].headers
        and fields()[name].type != "ignored"
    ]
    if others:
        text = f"还可以加上这些列：{'、'.join(others)}。"
        page.merge_range(len(told) + 6, 0, len(told) + 6, 3, text, look["wrap"])
        page.set_row(len(told) + 6, 60)
    for index, width in enumerate((22, 28, 60, 26)):
        page.set_column(index, index, width)
    for index, column in enumerate(_long_lists(columns)):
        # Lists too long to be written out stand here, right of what people read.
        for at, word in enumerate(column.choices):
            page.write_string(at, _LISTS_FROM + index, word)


_FORMS = {
    "id": "18 位，文字格式", "secondary_id": "18 位，文字格式", "date": "2026-09-01",
    "event_date": "2026-09-01", "last_day": "2026-09-01", "birth": "2017-03-04",
    "month": "2026-09", "term": "2026秋",
    "money": "元，最多两位小数", "phone": "11 位手机号或座机号",
    "grade": "一年级……九年级、高一、小班",     "class": "1班", "days": "2026-09-01，可以写几天",
}  # fmt: skip
_LISTS_FROM = 30


def _long_lists(columns: list[TemplateColumn]) -> list[TemplateColumn]:
    return [column for column in columns if len(",".join(column.choices)) > _LIST_LENGTH]


def _listed_at(columns: list[TemplateColumn], column: TemplateColumn) -> str:
    """Give where a list too long to be written out stands, as a spreadsheet's range."""
    long = _long_lists(columns)
    if column not in long:
        return ""
    at = _LISTS_FROM + long.index(column)
    place = xlsxwriter.utility.xl_col_to_name(at, col_abs=True)
    return f"={GUIDE_SHEET}!{place}$1:{place}${len(column.choices)}"


def _offer(page: Any, index: int, column: TemplateColumn, listed_at: str) -> None:
    """Let the cells of a code column be chosen from a list; another word is warned of, and kept."""
    if not column.choices:
        return
    page.data_validation(
        3, index, _ROWS, index,
        {"validate": "list", "source": listed_at or list(column.choices),
         "error_type": "warning", "error_title": column.header,
         "error_message": "请从下拉列表里选；确实不在其中的，可以照写。"},
    )  # fmt: skip


def save_template(kind: Kind, target: Path, today: date) -> None:
    """Write a kind's blank workbook to a file, whole or not at all.

    Raises:
        JingzhunError: the place cannot be written.
    """
    made = BytesIO()
    write_template(kind, made, today)
    save(made.getvalue(), target, "空白名单")
