"""Find the one person, school, helper or household that a few words mean, or say who may be."""

import difflib
from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from jingzhun.core.identity import mask, mask_text, upgrade_fifteen
from jingzhun.core.vocabulary import GRADE_LABELS
from jingzhun.errors import JingzhunError
from jingzhun.store.schema import Enrolment, Household, Person, School, Staff, Village

_MOST_NAMED = 10


def find_person(session: Session, text: str) -> Person:
    """Find the one person of this id number, 学籍号 or name.

    Of several persons of one name, the one who is the only pupil is meant.

    Raises:
        JingzhunError: ``person_unknown``, naming the nearest; ``person_ambiguous``, listing who
            could be meant, with school and class, ids masked.
    """
    wanted = text.strip()
    number = wanted.upper()
    keys = {number, upgrade_fifteen(number) or number}
    # The identity of who has an id number is that number; it has an index.
    found = session.scalars(
        select(Person).where(or_(Person.identity.in_(keys), Person.student_no.in_(keys))).limit(2)
    ).all()
    if not found:
        found = session.scalars(select(Person).where(Person.name == wanted)).all()
    if len(found) > 1:
        pupils = [person for person in found if _placement(session, person) is not None]
        found = pupils if len(pupils) == 1 else found
    if not found:
        raise _unknown(session, wanted)
    if len(found) > 1:
        raise _ambiguous(session, wanted, found)
    return found[0]


def find_school(session: Session, name: str) -> School:
    """Find a school by its name or 学校标识码.

    Raises:
        JingzhunError: ``school_unknown``, naming the nearest.
    """
    wanted = name.strip()
    school = session.scalar(select(School).where(or_(School.name == wanted, School.code == wanted)))
    if school is not None:
        return school
    names = session.scalars(select(School.name).order_by(School.name)).all()
    near = difflib.get_close_matches(name, names, 3, 0.3) or names[:3]
    raise JingzhunError(
        "school_unknown",
        f"账本里没有学校“{name.strip()}”。",
        f"是不是：{'、'.join(near)}？" if near else "请先导入学籍名册。",
    )


def find_staff(session: Session, text: str) -> Staff:
    """Find the one member of staff of this id number, 工号 or name.

    Raises:
        JingzhunError: ``staff_unknown``, naming the nearest; ``staff_ambiguous``.
    """
    wanted = text.strip()
    found = session.scalars(
        select(Staff).where(
            or_(Staff.name == wanted, Staff.staff_no == wanted, Staff.id_number == wanted.upper())
        )
    ).all()
    if len(found) == 1:
        return found[0]
    if found:
        named = "；".join(
            " ".join(filter(None, (each.name, each.unit, each.department, each.post)))
            for each in found[:_MOST_NAMED]
        )
        raise JingzhunError(
            "staff_ambiguous",
            f"有 {len(found)} 名教职工叫“{mask_text(wanted)}”：{named}。",
            "请改用工号或身份证号指明是哪一个。",
        )
    names = session.scalars(select(Staff.name).order_by(Staff.name)).all()
    near = difflib.get_close_matches(wanted, names, 3, 0.4)
    raise JingzhunError(
        "staff_unknown",
        f"账本里没有教职工“{mask_text(wanted)}”。",
        f"是不是：{'、'.join(near)}？" if near else "请先导入教职工名册或结对帮扶名单。",
    )


def find_household(session: Session, text: str) -> Household:
    """Find the one household of this 户编号, of this head, or of this head in this village.

    Raises:
        JingzhunError: ``household_unknown``; ``household_ambiguous``.
    """
    wanted = text.strip()
    whole = "".join(wanted.split())
    in_village = Village.name + Household.head_name
    for is_meant in (
        or_(Household.household_no == wanted, Household.head_name == wanted),
        or_(in_village == whole, Village.township + in_village == whole),
    ):
        query = select(Household, Village).outerjoin(Village, Village.id == Household.village_id)
        found = session.execute(query.where(is_meant).order_by(Household.id)).all()
        if len(found) == 1:
            return found[0][0]
        if found:
            raise _ambiguous_household(wanted, [(row[0], row[1]) for row in found])
    raise JingzhunError(
        "household_unknown",
        f"账本里没有户编号或户主是“{mask_text(wanted)}”的户。",
        "请用 jingzhun find 查找，或先导入户名单。",
    )


def _ambiguous_household(
    wanted: str, found: Sequence[tuple[Household, Village | None]]
) -> JingzhunError:
    places = [
        f"{home.household_no or '没有户编号'} {village.name if village else ''}".strip()
        for home, village in found[:_MOST_NAMED]
    ]
    more = f"等 {len(found)} 户" if len(found) > _MOST_NAMED else ""
    return JingzhunError(
        "household_ambiguous",
        f"户主叫“{mask_text(wanted)}”的有 {len(found)} 户：{'；'.join(places)}{more}。",
        "请改用户编号，或写村名和户主，如：柳河村张大山。",
    )


def _unknown(session: Session, wanted: str) -> JingzhunError:
    near: list[str] = []
    if wanted and not wanted.isascii():
        # Whoever shares a character of the name may be meant; the closest are named.
        shares = or_(*(Person.name.contains(character, autoescape=True) for character in wanted))
        names = session.scalars(select(Person.name).distinct().where(shares)).all()
        near = difflib.get_close_matches(wanted, names, 3, 0.5)
    return JingzhunError(
        "person_unknown",
        f"账本里没有“{mask_text(wanted)}”这个人。",
        f"是不是：{'、'.join(near)}？"
        if near
        else "请检查姓名或号码，号码要完整；也可以用 jingzhun report roster 查看名册。",
    )


def _ambiguous(session: Session, wanted: str, found: Sequence[Person]) -> JingzhunError:
    named = [_describe(session, person) for person in found[:_MOST_NAMED]]
    more = f" 等 {len(found)} 人" if len(found) > _MOST_NAMED else ""
    return JingzhunError(
        "person_ambiguous",
        f"有 {len(found)} 个人叫“{mask_text(wanted)}”：{'；'.join(named)}{more}。",
        "请改用身份证号或学籍号指明是哪一个。",
    )


def _describe(session: Session, person: Person) -> str:
    words = [person.name, mask(person.id_number or person.student_no or "无证件号")]
    placement = _placement(session, person)
    if placement is not None:
        school, grade, class_no = placement
        words.append(
            school + GRADE_LABELS.get(grade or 0, "") + (f"{class_no}班" if class_no else "")
        )
    return " ".join(words)


def _placement(session: Session, person: Person) -> tuple[str, int | None, int | None] | None:
    """Give the school, grade and class where the pupil is or was last on the roll."""
    row = session.execute(
        select(School.name, Enrolment.grade, Enrolment.class_no)
        .join(School, School.id == Enrolment.school_id)
        .where(Enrolment.person_id == person.id, Enrolment.superseded_in.is_(None))
        .order_by(Enrolment.valid_from.desc())
        .limit(1)
    ).first()
    return None if row is None else (row[0], row[1], row[2])
