"""A broken policy file is refused with its name, the key and what to do; a good one is not."""

import re
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from jingzhun.core.conditions import FACTS
from jingzhun.core.policy import Pack, Scheme, Version, facts_of
from jingzhun.errors import PolicyError
from jingzhun.policies.packs import load_pack, pack_in, pack_names, say_packs
from jingzhun.policies.reading import Definitions, read_facts, read_scheme

BROKEN = sorted((Path(__file__).parent / "broken").glob("*.toml"))
PACKS = [load_pack(name) for name in pack_names()]


@pytest.fixture(scope="module")
def definitions() -> Definitions:
    text = files("jingzhun.policies").joinpath("facts.toml").read_text("utf-8")
    return read_facts("facts.toml", text)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_broken_file_is_refused_in_the_words_above_it(path: Path, definitions: Definitions) -> None:
    text = path.read_text("utf-8")
    code, reason, remedy = re.findall(r"^# (.*)$", text, re.MULTILINE)[:3]
    with pytest.raises(PolicyError) as refused:
        _read(path, text, definitions)
    assert (refused.value.code, refused.value.reason, refused.value.remedy) == (
        code,
        reason,
        remedy,
    )


def _read(path: Path, text: str, definitions: Definitions) -> None:
    if path.stem.startswith("facts_"):
        read_facts(path.name, text)
    else:
        read_scheme(path.stem, path.name, text, definitions)


def test_unknown_pack_names_those_there_are() -> None:
    with pytest.raises(PolicyError, match="plan") as refused:
        load_pack("plans")
    assert refused.value.code == "policy_unknown_pack"


def test_packs_of_a_run_read_as_they_are_written() -> None:
    assert say_packs({202609: "plan", 202610: "plan"}) == "plan"
    assert say_packs({202609: "plan", 202610: "national"}) == "plan+national@202610"
    assert pack_in("plan", 202610, ()).name == "plan"
    assert pack_in("plan+plan@202610", 202610, ()).name == "plan"


@pytest.mark.parametrize("version", [v for p in PACKS for s in p.schemes for v in s.versions])
def test_every_version_says_where_it_comes_from(version: Version) -> None:
    assert version.document
    assert version.clause
    assert version.rates


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.name)
def test_every_version_resolves_to_known_facts_on_its_first_day(pack: Pack) -> None:
    for scheme, version in _versions(pack):
        resolved = pack.rule_on(scheme, version.starts)
        assert resolved is not None
        assert facts_of(resolved) <= set(FACTS)


def test_prevention_households_are_registered_only_since_2026() -> None:
    pack = load_pack("plan")
    boarding = next(scheme for scheme in pack.schemes if scheme.key == "boarding_living")
    version = boarding.versions[-1]
    before, after = (pack.rule_on(boarding, day) for day in _new_year(2026))
    assert version.starts == getattr(before, "starts", None) == getattr(after, "starts", None)
    assert "prevention" not in repr(before)
    assert "prevention" in repr(after)


def _new_year(year: int) -> Iterator[date]:
    yield date(year - 1, 12, 31)
    yield date(year, 1, 1)


def _versions(pack: Pack) -> Iterator[tuple[Scheme, Version]]:
    for scheme in pack.schemes:
        for version in scheme.versions:
            yield scheme, version
