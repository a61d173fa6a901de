"""What a list may say of somebody on a day, by field: canonical values of the world."""

from datetime import date
from typing import Any

from tests.truth.world import OUTSIDE, Home, Move, Pupil, School

#: School, grade and class of a row, which sections and titles may say in place of columns.
Place = tuple[str, int, int]


def place_on(pupil: Pupil, day: date) -> Place | None:
    """Give where a pupil is on the roll on a day; None where on none of the world's."""
    place: Place | None = (pupil.school.name, pupil.grade, pupil.class_no)
    if pupil.moves and pupil.moves[0].change == "transfer_in":
        place = None
    for move in pupil.moves:
        if move.day > day:
            break
        place = None if move.change == "transfer_out" else place
        if move.change == "transfer_in":
            place = move_place(pupil, move)
    return place


def move_place(pupil: Pupil, move: Move) -> Place:
    """Give the school, grade and class that the row of an event names."""
    if move.change == "transfer_in" and pupil.second:
        return pupil.second[0].name, pupil.grade, pupil.second[1]
    return pupil.school.name, pupil.grade, pupil.class_no


def status_on(pupil: Pupil, day: date) -> str:
    """Give a pupil's status on a day, as a roster has it."""
    status = "present"
    for move in pupil.moves:
        if move.day <= day:
            returns = move.change in {"resumption", "transfer_in"}
            status = "present" if returns else move.change
    return status


def pupil_values(pupil: Pupil, day: date) -> dict[str, Any]:
    """Give what a list of pupils may say on a day, but for where the pupil is."""
    person = pupil.person
    return {
        "name": person.name, "id_number": person.id_number, "student_no": pupil.student_no,
        "sex": person.sex, "born_on": person.born_on, "ethnicity": person.ethnicity,
        "stage": pupil.stage, "boarding": pupil.boarding,
        "is_boarder": {"boarder": True, "day": False}.get(pupil.boarding),
        "phone": person.phone, "guardian_name": pupil.guardian_name, "health": person.health,
        "guardian_phone": pupil.guardian_phone, "address": pupil.address,
        "entered_on": pupil.entered_on, "status": status_on(pupil, day),
        "is_orphan": pupil.is_orphan, "is_left_behind": pupil.is_left_behind,
        "disability_kind": pupil.disability_kind or "无残疾", "relation": person.relation or None,
    }  # fmt: skip


def home_values(home: Home) -> dict[str, Any]:
    """Give what a list may say of a household."""
    named = home.categories
    watched = named & {"unstable", "marginal", "sudden", "prevention"}
    lifted = named & {"lifted", "lifted_ended"}
    return {
        "household_no": home.number, "head_name": home.head.name, "head_id": home.head.id_number,
        "village": home.village, "township": "云岭镇", "county": "青禾县",
        "poverty_cause": home.poverty_cause, "household_type": named, "lifted_state": lifted,
        "monitored_kind": watched, "risk_removed": home.risk_removed,
        "risk_found_on": home.risk_found_on, "risk_removed_on": home.risk_removed_on,
        "allowance": next(iter(named & {"rural_allowance", "urban_allowance"}), "no"),
        "destitute": next(iter(named & {"rural_destitute"}), "no"),
    }  # fmt: skip


def member_values(member: Any, home: Home) -> dict[str, Any]:
    """Give what a household list may say of a member."""
    return home_values(home) | {
        "name": member.name, "id_number": member.id_number, "relation": member.relation,
        "person_no": member.person_no, "ethnicity": member.ethnicity, "health": member.health,
        "labour_skill": member.labour_skill, "phone": member.phone, "sex": member.sex,
    }  # fmt: skip


def move_values(pupil: Pupil, move: Move) -> dict[str, Any]:
    """Give what the row of an event may say."""
    receiver = move.receiver.name if isinstance(move.receiver, School) else move.receiver
    is_transfer = move.change.startswith("transfer")
    return pupil_values(pupil, move.day) | {
        "change": move.change, "happened_on": move.day, "ends_on": move.ends_on,
        "reason": move.reason or None,
        "from_school": (OUTSIDE if move.receiver is move.school else move.school.name)
        if is_transfer
        else None,
        "to_school": receiver or None,
    }  # fmt: skip
