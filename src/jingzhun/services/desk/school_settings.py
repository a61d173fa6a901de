"""Set by hand what a school is and asks: policies and waivers depend on it, and no list says it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from jingzhun.core.field_words import fee_words
from jingzhun.core.identity import mask_text
from jingzhun.core.money import parse_yuan
from jingzhun.core.vocabulary import CountyType, Kind, Stage, Unit, label_of
from jingzhun.errors import JingzhunError
from jingzhun.rosters import Batch, SheetWords
from jingzhun.rosters.kinds import normalise_header
from jingzhun.services.hand import Hand
from jingzhun.services.importing.entering import enter
from jingzhun.services.lookup import find_school
from jingzhun.store.schema import Enrolment, School, SchoolFee

_AMOUNT = re.compile(r"([0-9.,]+)元?(?:[/每]?(月|学期))?")
_YES = {"是", "有", "1", "true", "yes"}
_NO = {"否", "不是", "无", "没有", "0", "false", "no"}
_UNITS = {"月": Unit.MONTH, "学期": Unit.TERM}
FEE = "fee"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One thing that may be set of a school: its title, other names, and the words it may have."""

    key: str
    title: str
    names: frozenset[str]
    words: Mapping[str, Any]
    expected: str
    is_dated: bool = False


def _flag(key: str, title: str, names: set[str], yes: set[str], no: set[str]) -> Setting:
    words = {**dict.fromkeys(_YES | yes, True), **dict.fromkeys(_NO | no, False)}
    return Setting(
        key=key, title=title, names=frozenset({key, title, *names}), words=words,
        expected="、".join(["是", "否", *sorted(yes | no)]),
    )  # fmt: skip


SETTINGS = (
    _flag(
        "is_public",
        "公办",
        {"公办学校", "办学性质", "学校性质", "public_school"},
        {"公办"},
        {"民办"},
    ),
    _flag("is_rural", "农村", {"城乡", "农村学校", "rural_school"}, {"农村"}, {"县城", "城区"}),
    _flag(
        "in_nutrition_plan", "营养改善计划", {"营养改善计划学校", "nutrition_plan"}, set(), set()
    ),
    Setting(
        key="county_type",
        title="县类型",
        names=frozenset({"county_type", "县类型", "学校所在县"}),
        words={word: kind.value for kind in CountyType for word in (kind.value, kind.label)},
        expected="、".join(kind.label for kind in CountyType),
    ),
    Setting(
        key=FEE,
        title="收费",
        names=frozenset({FEE, "收费", "收费标准", "学费", "保教费"}),
        words={},
        expected="500元/月、2000元/学期",
        is_dated=True,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolSetting:
    """What is to be set: of which school, what, to what; ``public`` and ``stage`` of a fee."""

    who: str
    setting: Setting
    value: str
    why: str
    since: date
    today: date
    stage: str = ""
    public: str = ""


def setting_of(text: str) -> Setting | None:
    """Give what a word means that may be set of a school; None: nothing of a school."""
    wanted = normalise_header(text)
    return next((each for each in SETTINGS if wanted in each.names), None)


def set_school(session: Session, wanted: SchoolSetting, hand: Hand) -> tuple[int, str, str, str]:
    """Set it; give the import's number, the school's name, and what held before and holds now.

    Raises:
        JingzhunError: ``school_unknown``; ``set_value_refused``; ``set_stage_missing``;
            ``set_same``.
    """
    school = find_school(session, wanted.who)
    columns, held = _said(session, school, wanted)
    before = held()
    words = SheetWords(
        sheet=wanted.why,
        kind=Kind.SCHOOL_SETTING,
        # What a school is has no dates: what was entered last is meant.
        stated_on=wanted.today,
        batch=Batch(
            row_numbers=[1],
            columns={"school": [school.name], **{key: [said] for key, said in columns.items()}},
        ),
        letters={},
    )
    title = f"更正：{school.name} {wanted.setting.title}"
    entered = enter(session, [words], title, hand)
    session.expire_all()
    after = held()
    if before == after:
        raise JingzhunError(
            "set_same",
            f"{school.name} 的{wanted.setting.title}原来就是“{after}”，没有改动。",
            "请用 jingzhun find 查看账上的记录。",
        )
    return entered.import_id, school.name, before, after


def _said(
    session: Session, school: School, wanted: SchoolSetting
) -> tuple[dict[str, Any], Callable[[], str]]:
    """Give the columns to say, and the function that says what the ledger holds of them."""
    key = wanted.setting.key
    if key == FEE:
        fee = _fee(session, school, wanted)
        return fee, lambda: _fee_words(session, school.id, fee["stage"], wanted.since)
    if wanted.stage or wanted.public:
        raise _refused(wanted, "--stage 和 --public 只能和收费一起写", "请去掉这两项。")
    value = wanted.setting.words.get(wanted.value.strip())
    if value is None:
        raise _refused(wanted, "看不懂", f"请写：{wanted.setting.expected}。")
    query = select(getattr(School, key)).where(School.id == school.id)
    return {key: value}, lambda: attribute_words(session.scalar(query))


def attribute_words(value: bool | str | None) -> str:
    """Say what a school is."""
    if value is None:
        return ""
    return label_of(CountyType, value) if isinstance(value, str) else "是" if value else "否"


def _fee(session: Session, school: School, wanted: SchoolSetting) -> dict[str, Any]:
    amount, unit = _amount(wanted, wanted.value)
    public, public_unit = _amount(wanted, wanted.public) if wanted.public else (amount, unit)
    if unit is None or public_unit not in {unit, None}:
        raise _refused(wanted, "没有写清是一个月还是一学期", f"请写成 {wanted.setting.expected}。")
    if school.is_public is False and not wanted.public:
        raise _refused(
            wanted, "民办学校还要同类公办学校的收费", "请加上 --public，例如 --public 500元/月。"
        )
    return {
        "stage": _stage(session, school, wanted).value,
        "valid_from": wanted.since.isoformat(),
        "unit": unit.value,
        "fee_fen": amount,
        "public_fee_fen": public,
    }


def _amount(wanted: SchoolSetting, text: str) -> tuple[int, Unit | None]:
    found = _AMOUNT.fullmatch(text.strip())
    try:
        amount = parse_yuan(found[1]) if found else -1
    except ValueError:
        amount = -1
    if found is None or amount < 0:
        raise _refused(wanted, f"“{text}”不是金额", f"请写成 {wanted.setting.expected}。")
    return amount, _UNITS.get(found[2])


def _stage(session: Session, school: School, wanted: SchoolSetting) -> Stage:
    """Give the stage whose pupils pay: as said, or the only one that the school has."""
    for stage in Stage:
        if wanted.stage in {stage.value, stage.label}:
            return stage
    taught = session.scalars(
        select(Enrolment.stage)
        .where(Enrolment.school_id == school.id, Enrolment.superseded_in.is_(None))
        .distinct()
        .order_by(Enrolment.stage)
    ).all()
    if len(taught) == 1 and not wanted.stage:
        return Stage.coded(taught[0])
    labels = "、".join(label_of(Stage, stage) for stage in taught or list(Stage))
    raise JingzhunError(
        "set_stage_missing",
        f"不认识学段“{wanted.stage}”。"
        if wanted.stage
        else f"没有说是{school.name}哪个学段的收费。",
        f"请加上 --stage，可以写：{labels}。",
    )


def _fee_words(session: Session, school_id: int, stage: str, day: date) -> str:
    held = session.scalar(
        select(SchoolFee)
        .where(
            SchoolFee.school_id == school_id,
            SchoolFee.stage == stage,
            SchoolFee.valid_from <= day,
        )
        .order_by(SchoolFee.valid_from.desc())
        .limit(1)
    )
    if held is None:
        return ""
    return fee_words(held.stage, held.unit, held.fee_fen, held.public_fee_fen)


def _refused(wanted: SchoolSetting, what: str, remedy: str) -> JingzhunError:
    said = mask_text(wanted.value)
    return JingzhunError(
        "set_value_refused", f"{wanted.setting.title}不能设为“{said}”：{what}。", remedy
    )
