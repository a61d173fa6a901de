"""The data files of kinds, headers and words are whole and mean one thing each."""

import pytest

from jingzhun.core.labels import Labelled
from jingzhun.core.secondments import SecondmentKind
from jingzhun.core.vocabulary import (
    Attendance,
    Boarding,
    Category,
    Change,
    Kind,
    LabourSkill,
    Sex,
    Stage,
    Tier,
)
from jingzhun.rosters.kinds import fields, kinds, normalise, normalise_header, values
from jingzhun.rosters.lists.registers import stored
from jingzhun.store.schema import Base

CODES: dict[str, type[Labelled]] = {
    "sex": Sex,
    "stage": Stage,
    "boarding": Boarding,
    "change": Change,
    "tier": Tier,
    "labour_skill": LabourSkill,
    "attendance": Attendance,
    "secondment_kind": SecondmentKind,
}


def test_every_kind_is_told_in_one_file() -> None:
    assert set(kinds()) == set(Kind)


@pytest.mark.parametrize("kind", list(Kind))
def test_a_kind_names_only_fields_that_exist(kind: Kind) -> None:
    spec = kinds()[kind]
    named = {name for group in spec.requires for name in group}
    named |= spec.forbids | spec.bars | set(spec.signature) | set(spec.fields)
    named |= set(spec.headers.values()) | set(spec.stand_ins) | set(spec.stand_ins.values())
    assert named <= set(fields())
    assert {name for group in spec.requires for name in group} <= set(spec.fields)
    assert not spec.forbids & set(spec.fields)
    assert not spec.bars & set(spec.fields)


def test_every_field_is_used_or_rules_a_kind_out() -> None:
    used = {name for spec in kinds().values() for name in (*spec.fields, *spec.bars)}
    assert set(fields()) - used <= {"school_year"}


@pytest.mark.parametrize("vocabulary", CODES)
def test_words_mean_codes_that_exist_and_labels_mean_themselves(vocabulary: str) -> None:
    words, codes = values(vocabulary), CODES[vocabulary]
    assert set(words.values()) <= {member.value for member in codes}
    for member in codes:
        assert words[normalise(member.label).upper()] == member.value


def test_category_words_mean_categories() -> None:
    words = values("categories")
    meant = {code for codes in words.values() for code in codes.split()}
    assert meant <= {member.value for member in Category}
    for member in Category:
        assert words[normalise(member.label).upper()] == member.value


@pytest.mark.parametrize(
    ("vocabulary", "word", "code"),
    [
        ("boarding", "走读生", "day"),
        ("boarding", "通校", "day"),
        ("boarding", "寄宿", "boarder"),
        ("categories", "已脱贫（不再享受政策）", "lifted_ended"),
        ("categories", "特困供养脱贫户", "lifted rural_destitute"),
        ("categories", "突发严重困难户", "sudden"),
        ("relation", "长子", "之子"),
        ("relation", "妻", "配偶"),
        ("relation", "之兄弟媳妇", "之兄弟媳妇"),
        ("labour_skill", "弱半劳动力", "weak"),
        ("change", "转学（转出）", "transfer_out"),
        ("status", "在籍不在校", "away"),
        ("tier", "特别困难", "special"),
    ],
)
def test_words_of_schools_and_bureaus(vocabulary: str, word: str, code: str) -> None:
    assert values(vocabulary)[normalise(word).upper()] == code


def test_headers_are_compared_without_decoration() -> None:
    assert normalise_header("Ａ70 姓\u3000名（必填）*：") == "姓名"
    assert normalise_header("总出勤\n天数") == "总出勤天数"
    assert normalise_header("计划投资（万元）") == "计划投资(万元)"
    assert normalise_header(3.0) == ""


REGISTERS = {kind: spec.register for kind, spec in kinds().items() if spec.register}


@pytest.mark.parametrize("kind", REGISTERS)
def test_a_register_keeps_what_it_reads_in_a_table_that_is_there(kind: Kind) -> None:
    register = REGISTERS[kind]
    assert register is not None
    table = Base.metadata.tables[register.table]
    for name in (*register.decides, *register.parts, *(n for g in register.needs for n in g)):
        assert name in kinds()[kind].fields, name
    for name, factors in register.products.items():
        assert {name, *factors} <= set(register.fields)
    columns = {column.name for column in table.c}
    # The period is made of several columns, the days of an activity or a stay are two.
    elsewhere = {"total", "month", "term", "school_year", "year", "activity_on", "seconded_span"}
    assert {stored(name) for name in register.fields if name not in elsewhere} <= columns
