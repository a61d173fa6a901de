"""Canonical values → cells as people type them, all of them truthful.

Every function takes dice and a value and gives a cell. ``typed`` is whether the container keeps
numbers and dates as such; a text file does not. Spellings are those of the reference, by hand.
"""

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

from samples.page import Cell, Formula

_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_HAN = "零一二三四五六七八九十"
_JUNIOR = {7: "一", 8: "二", 9: "三"}
_KINDERGARTEN = {-3: "小", -2: "中", -1: "大"}
_EPOCH = date(1899, 12, 30)
#: What stands in a cell of which nothing is known.
NOTHING = ("", "", "", "无", "/", "-", "—", "NULL", "暂无", "空")

#: Columns in which 无 says no.
_FLAGS = frozenset({"is_boarder", "is_orphan", "is_left_behind"})


class Speller:
    """Spell values for one container."""

    def __init__(self, dice: Random, *, typed: bool) -> None:
        self.dice = dice
        self.typed = typed

    def pick(self, *ways: Any) -> Any:
        """Give one of several ways, made when it has to be."""
        way = self.dice.choice(ways)
        return way() if callable(way) else way

    def cell(self, field: str, value: Any) -> Cell:
        """Spell a field's value; None is one of the words for nothing."""
        if value is None or value == "":
            words = [word for word in NOTHING if word != "无" or field not in _FLAGS]
            return str(self.dice.choice(words))
        made = getattr(self, field, None)
        spelled = made(value) if made else self.text(value)
        if isinstance(spelled, str) and self.dice.random() < 0.04:
            spelled = self.pick(
                f"{spelled} ", f" {spelled}", f"{spelled}\u200b", f"\u00a0{spelled}"
            )
        return spelled

    def words(self, words: dict[str, tuple[str, ...]], value: str) -> str:
        return str(self.dice.choice(words[value]))

    def text(self, value: Any) -> Cell:
        return str(value)

    # --- who

    def name(self, value: str) -> Cell:
        if "·" in value:
            return str(self.pick(*(value.replace("·", dot) for dot in "··•・．‧"), f" {value}"))
        ways = [value, value, value, value, f"{value} ", f"{value[0]}\u200b{value[1:]}"]
        if len(value) == 2:
            ways += [f"{value[0]} {value[1]}", f"{value[0]}　{value[1]}", f"{value[0]}  {value[1]}"]
        return str(self.dice.choice(ways))

    head_name = helper = guardian_name = name

    def id_number(self, value: str) -> Cell:
        groups = (value[:6], value[6:14], value[14:])
        ways: list[Any] = [
            value, value, value, value.lower(), " ".join(groups), f"'{value}", f"{value}\t",
            value.translate(_FULL_WIDTH), f"\u200b{value}", f"{value}\u00a0", f'="{value}"',
            "\u00a0".join(groups), f"‘{value}", f"{value}\n",
        ]  # fmt: skip
        if self.typed:
            ways.append(Formula(f'="{value}"', value))
        return self.dice.choice(ways)  # type: ignore[no-any-return]

    head_id = helper_id = id_number

    def student_no(self, value: str) -> Cell:
        return str(self.pick(value, value, value.lower(), f"'{value}", f"{value[0]} {value[1:]}"))

    def number(self, value: str) -> Cell:
        ways: list[Any] = [value, value, f"'{value}", f'="{value}"', f"{value}.0", f" {value}"]
        if self.typed and not value.startswith("0"):
            ways.append(int(value))
        if value.startswith("0"):
            ways.remove(f"{value}.0")
        return self.dice.choice(ways)  # type: ignore[no-any-return]

    household_no = person_no = school_code = staff_no = helper_staff_no = number

    def phone(self, value: str) -> Cell:
        ways: list[Any] = [
            value, value, f"{value[:3]} {value[3:7]} {value[7:]}", f"+86 {value}", f"{value}.0",
            f"{value[:3]}-{value[3:7]}-{value[7:]}", f"{value}(父)", f"'{value}",
            value.translate(_FULL_WIDTH),
        ]  # fmt: skip
        if self.typed:
            ways.append(int(value))
        return self.dice.choice(ways)  # type: ignore[no-any-return]

    guardian_phone = helper_phone = household_phone = phone

    def sex(self, value: str) -> Cell:
        return self.words(
            {"male": ("男", "男", "男性", "男 ", "1"), "female": ("女", "女", "女性", " 女", "2")},
            value,
        )

    def ethnicity(self, value: str) -> Cell:
        return str(self.pick(value, value.removesuffix("族"), f"{value} "))

    def relation(self, value: str) -> Cell:
        words = {
            "户主": ("户主", "本人", "户  主"),
            "配偶": ("配偶", "配偶 "),
            "之子": ("之子", "子", "长子", "次子", "儿子", "三子"),
            "之女": ("之女", "女", "长女", "次女", "女儿"),
        }
        return self.words(words, value)

    # --- days

    def born_on(self, value: date) -> Cell:
        day = value
        year, month, number = day.year, day.month, day.day
        ways: list[Any] = [
            day.isoformat(), f"{day:%Y%m%d}", f"{year}.{month}.{number}",
            f"{year}/{month}/{number}",
            f"{year}年{month}月{number}日", f"{year}年{month}月{number}号", f"{day:%Y.%m.%d}",
            f"{year}—{month}—{number}", f"{year}。{month}。{number}", f"{year}、{month}、{number}",
            f"{day:%Y%m%d}.0", f"{day:%Y-%m-%d} 00:00:00", f"{day:%Y/%m/%d} 0:00",
            f"{day:%Y年%m月%d日}".translate(_FULL_WIDTH), f"{year} 年 {month} 月 {number} 日",
            str((day - _EPOCH).days),
        ]  # fmt: skip
        if self.typed:
            ways += [day, day, int(f"{day:%Y%m%d}"), (day - _EPOCH).days]
        return self.dice.choice(ways)  # type: ignore[no-any-return]

    def day(self, value: date) -> Cell:
        ways: list[Any] = [self.born_on(value), self.born_on(value)]
        if value.day == 1:
            ways.append(self.month(value))
        return self.dice.choice(ways)  # type: ignore[no-any-return]

    happened_on = suspended_on = resumed_on = ends_on = paired_on = recognised_on = born_on
    risk_found_on = risk_removed_on = data_on = born_on

    def month(self, value: date) -> Cell:
        year, month = value.year, value.month
        ways: list[Any] = [
            f"{value:%Y-%m}", f"{value:%Y%m}", f"{value:%Y.%m}", f"{year}年{month}月",
            f"{year}/{month}", f"{year}年{month:02d}月", f"{value:%Y%m}.0",
        ]  # fmt: skip
        if self.typed:
            ways += [value, int(f"{value:%Y%m}")]
            if month not in {1, 10}:
                ways.append(float(f"{year}.{month:02d}"))
        return self.dice.choice(ways)  # type: ignore[no-any-return]

    entered_on = worked_since = month

    # --- where

    def grade(self, value: tuple[int, str]) -> Cell:
        """Spell a grade, which comes with its stage: "junior!" in a school of no other."""
        grade, stage = value
        if grade < 0:
            word = _KINDERGARTEN[grade]
            return str(self.pick(f"{word}班", f"{word}班", f"幼儿{word}班", f"幼儿园{word}班"))
        han = _HAN[grade]
        ways: list[Any] = [
            f"{han}年级", f"{han}年级", f"{grade}年级", str(grade), han, f"{han}年級",
            f"第{han}年级", f"{grade}年级".translate(_FULL_WIDTH), f"{han} 年 级",
        ]  # fmt: skip
        if stage.startswith("primary"):
            ways += [f"小学{han}年级", f"小{han}", f"小学{grade}年级"]
        else:
            first = _JUNIOR[grade]
            ways += [
                f"初{first}",
                f"初{first}",
                f"初中{han}年级",
                f"初中{first}年级",
                f"初{grade - 6}",
            ]
        if stage.endswith("!"):
            ways.append(f"{2026 - (grade - (1 if grade <= 6 else 7))}级")
        if stage == "junior!":
            ways.append(f"{_JUNIOR[grade]}年级")
        if self.typed:
            ways.append(grade)
        return self.dice.choice(ways)  # type: ignore[no-any-return]

    def class_no(self, value: tuple[int, int]) -> Cell:
        """Spell a class number, which comes after its grade."""
        grade, number = value
        ways: list[Any] = [
            f"{number}班", f"{number}班", f"({number})班", f"（{number}）班", f"{number:02d}班",
            f"{_HAN[number]}班", f"{number}", f"第{number}班", f"{number}".translate(_FULL_WIDTH),
        ]  # fmt: skip
        if grade > 0:
            han = _HAN[grade]
            ways += [
                f"{han}({number})班", f"{han}{number}班", f"{grade}.{number}班",
                f"{grade}{number:02d}班", f"{grade}({number})", f"{han}年级{number}班",
                f"{grade}{number:02d}", f"{han}（{number}）班",
            ]  # fmt: skip
            if grade > 6:
                ways += [f"初{_JUNIOR[grade]}({number})班", f"{_JUNIOR[grade]}({number})班"]
        else:
            ways += [
                f"{_KINDERGARTEN[grade]}{_HAN[number]}班",
                f"{_KINDERGARTEN[grade]}({number})班",
            ]
        if self.typed:
            ways.append(number)
            if grade > 0:
                ways += [grade * 100 + number, float(f"{grade}.{number}")]
        return self.dice.choice(ways)  # type: ignore[no-any-return]

    def grade_class(self, value: tuple[int, int]) -> Cell:
        grade, number = value
        if grade < 0:
            word = _KINDERGARTEN[grade]
            return str(
                self.pick(f"{word}{_HAN[number]}班", f"{word}({number})班", f"{word}{number}班")
            )
        han = _HAN[grade]
        ways = [
            f"{han}年级{number}班", f"{han}({number})班", f"{han}年级（{number}）班",
            f"{han}{number}班", f"{grade}年级{number}班", f"{han}年级{_HAN[number]}班",
            f"{grade}.{number}班",
            f"{grade}{number:02d}", f"{han} ( {number} ) 班", f"{grade}({number})",
        ]  # fmt: skip
        if grade > 6:
            ways += [f"初{_JUNIOR[grade]}({number})班", f"初{_JUNIOR[grade]}{number}班"]
        else:
            ways.append(f"小学{han}年级{_HAN[number]}班")
        return str(self.dice.choice(ways))

    def stage(self, value: str) -> Cell:
        return self.words(
            {"preschool": ("学前", "幼儿园", "学前教育"), "primary": ("小学", "小学 "),
             "junior": ("初中", "普通初中")}, value,
        )  # fmt: skip

    def boarding(self, value: str) -> Cell:
        return self.words(
            {
                "day": ("走读", "走读", "走读生", "通校", "通校生", "1-走读"),
                "boarder": ("住校", "住校", "住校生", "寄宿", "寄宿生", "2-住校"),
                "lodging": ("借宿", "借宿 "),
            },
            value,
        )

    def flag(self, value: bool) -> Cell:
        ways: list[Any] = (
            ["是", "是", "√", "✓", "Y", "有", "1", "☑", "是 "]
            if value
            else ["否", "否", "×", "N", "0", "无", " 否"]
        )
        if self.typed:
            ways.append(int(value))
        return self.dice.choice(ways)  # type: ignore[no-any-return]

    is_boarder = is_orphan = is_left_behind = flag

    def in_service(self, value: bool) -> Cell:
        return str(self.pick("在职", "是", "在岗") if value else self.pick("退休", "否"))

    def status(self, value: str) -> Cell:
        return self.words(
            {"present": ("在读", "在籍在校", "正常", "在校"), "suspension": ("休学",),
             "dropout": ("辍学", "失学"), "withdrawal": ("退学",)}, value,
        )  # fmt: skip

    # --- poverty

    def household_type(self, value: frozenset[str]) -> Cell:
        words = {
            "lifted": ("脱贫户", "脱贫户(享受政策)", "已脱贫（享受政策）", "建档立卡户"),
            "lifted_ended": ("脱贫户（不享受政策）", "已脱贫（不再享受政策）", "脱贫不享受政策"),
            "unstable": ("脱贫不稳定户",), "marginal": ("边缘易致贫户", "边缘户"),
            "sudden": ("突发严重困难户",), "prevention": ("防止返贫致贫对象",),
            "rural_allowance": ("农村低保", "低保户", "农村低保户"),
            "urban_allowance": ("城市低保", "城镇低保户"),
            "rural_destitute": ("农村特困", "五保户", "特困供养户"),
            "other": ("一般农户", "其他", "普通农户"),
        }  # fmt: skip
        said = [self.dice.choice(words[code]) for code in sorted(value)]
        self.dice.shuffle(said)
        return str(self.dice.choice(["、", "，", ",", "/", "；", "\n"]).join(said))

    monitored_kind = lifted_state = household_type

    def risk_removed(self, value: bool) -> Cell:
        return str(
            self.pick("是", "已消除", "风险已消除", "√")
            if value
            else self.pick("否", "未消除", "风险未消除", "×")
        )

    def allowance(self, value: str) -> Cell:
        return self.words(
            {"rural_allowance": ("农村低保", "是", "√"),
             "urban_allowance": ("城市低保", "城镇低保"),
             "no": ("否", "未享受", "无", "×", "")}, value,
        )  # fmt: skip

    def destitute(self, value: str) -> Cell:
        return self.words(
            {"rural_destitute": ("农村特困", "是", "√"), "no": ("否", "未享受", "无", "")}, value
        )

    def labour_skill(self, value: str) -> Cell:
        return self.words(
            {
                "ordinary": ("普通劳动力",),
                "skilled": ("技能劳动力",),
                "weak": ("弱劳动力或半劳动力", "弱半劳动力"),
                "lost": ("丧失劳动力",),
                "none": ("无劳动力",),
            },
            value,
        )

    def tier(self, value: str) -> Cell:
        return self.words(
            {
                "special": ("特别困难", "特别困难", "特别困难 "),
                "hard": ("困难", "比较困难"),
                "ordinary": ("一般困难", "一般困难"),
            },
            value,
        )

    def establishment(self, value: bool) -> Cell:
        return str(self.pick("事业编", "在编") if value else self.pick("合同编", "临聘", "编外"))

    def change(self, value: str) -> Cell:
        return self.words(
            {
                "transfer_out": ("转出", "转学（转出）", "转学(转出)", "县内转出"),
                "transfer_in": ("转入", "外校转入", "转学（转入）"),
                "suspension": ("休学", "因病休学"),
                "resumption": ("复学", "劝返复学"),
                "dropout": ("辍学", "失学"),
                "withdrawal": ("退学", "自动退学"),
            },
            value,
        )


Spell = Callable[[Any], Cell]
