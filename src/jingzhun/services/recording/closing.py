"""A full list closes what it no longer contains, within the schools or villages it names."""

from sqlalchemy import ColumnElement, and_, or_, select

from jingzhun.core.vocabulary import Kind
from jingzhun.services.recording.categories import full_scopes, settle_categories
from jingzhun.services.recording.facts import FactRecorder
from jingzhun.services.recording.pairs import settle_pairs
from jingzhun.services.recording.rolls import settle
from jingzhun.store.presence import in_force
from jingzhun.store.schema import Enrolment, Household, HouseholdCategory, Pairing


def close_missing(facts: FactRecorder) -> str:
    """Close what the sheet leaves out; give a Chinese line about how many, "" for none."""
    if facts.kind in {Kind.STUDENT_ROSTER, Kind.POOR_STUDENT_LIST}:
        return _close_enrolments(facts)
    if facts.kind in {Kind.HOUSEHOLD_MEMBERS, Kind.SPECIAL_GROUP}:
        return _close_categories(facts)
    if facts.kind is Kind.PAIRING_LIST:
        return _close_pairs(facts)
    return ""


def _close_enrolments(facts: FactRecorder) -> str:
    schools = {school for school in facts.sheet.schools() if school is not None}
    listed = set(facts.people)
    query = select(Enrolment.person_id).where(
        in_force(Enrolment, facts.stated_on), Enrolment.school_id.in_(schools)
    )
    unlisted = set(facts.connection.scalars(query)) - listed
    closed = settle(facts.connection, unlisted, facts.recorded_in).changed
    return _words(len(closed), facts, "名学生原来在册、这份完整名单上没有")


def _close_categories(facts: FactRecorder) -> str:
    listed = {household for household in facts.households if household is not None}
    scope = facts.sheet.reading.category_scope
    sheet_id = facts.sheet.sheet_id
    scopes = full_scopes(facts.connection, {sheet_id: facts.kind.value})
    villages, of_kind = scopes[sheet_id]
    within: ColumnElement[bool] = Household.village_id.in_(villages)
    if of_kind:
        stated = HouseholdCategory.sheet_id.in_(of_kind)
        within = or_(within, and_(Household.village_id.is_(None), stated))
    query = (
        select(HouseholdCategory.household_id)
        .join(Household, Household.id == HouseholdCategory.household_id)
        .where(
            in_force(HouseholdCategory, facts.stated_on),
            HouseholdCategory.category.in_(scope),
            within,
        )
    )
    unlisted = set(facts.connection.scalars(query)) - listed
    closed = settle_categories(facts.connection, unlisted, facts.recorded_in).changed
    return _words(len(closed), facts, "户原有的户类别，这份完整名单上没有")


def _close_pairs(facts: FactRecorder) -> str:
    listed = set(zip(facts.households, facts.staff, strict=True))
    households = {household for household in facts.households if household is not None}
    villages = select(Household.village_id).where(Household.id.in_(households)).distinct()
    query = (
        select(Pairing.household_id, Pairing.staff_id)
        .join(Household, Household.id == Pairing.household_id)
        .where(in_force(Pairing, facts.stated_on), Household.village_id.in_(villages))
    )
    standing = {(home, staff) for home, staff in facts.connection.execute(query)}
    unlisted = standing - listed
    homes = {household for household, _staff in unlisted}
    settled = settle_pairs(facts.connection, homes, facts.recorded_in)
    closed = len(settled.changed & unlisted)
    return _words(closed, facts, "对结对关系，这份完整名单上没有")


def _words(count: int, facts: FactRecorder, what: str) -> str:
    return f"{count} {what}，自 {facts.stated_on} 起不再算。" if count else ""
