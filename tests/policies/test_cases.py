"""Every case in ``tests/policies/*.toml`` comes out three ways: SQL, plain judgement, the file."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from jingzhun.core.money import Fen
from jingzhun.core.terms import Month
from jingzhun.policies.packs import load_pack, pack_names
from tests.builders import World
from tests.policies.worlds import lines_by_judgement, lines_by_sql, months_of, put_pupil, run

FOLDER = Path(__file__).parent
CASES = [
    pytest.param(file.stem, case, id=f"{file.stem}: {case['says']}")
    for file in sorted(FOLDER.glob("*.toml"))
    for case in tomllib.loads(file.read_text("utf-8"))["case"]
]


@pytest.mark.parametrize(("scheme", "case"), CASES)
def test_case_comes_out_three_ways(scheme: str, case: dict[str, Any], world: World) -> None:
    put_pupil(world, case)
    number = run(world.session, case["period"])
    by_sql = lines_by_sql(world.session, number)
    assert by_sql == lines_by_judgement(world.session, months_of(case["period"]))
    lines = [line for line in by_sql if line[2] == scheme]
    assert sum(line[6] for line in lines) == case["amount_fen"]
    if "days" in case:
        assert sum(line[4] or 0 for line in lines) == case["days"]
    if "shares" in case:
        assert _shares(scheme, lines) == case["shares"]


def test_every_scheme_has_cases() -> None:
    keys = {scheme.key for name in pack_names() for scheme in load_pack(name).schemes}
    assert keys == {file.stem for file in FOLDER.glob("*.toml")}


def _shares(key: str, lines: list[Any]) -> dict[str, int]:
    scheme = next(scheme for scheme in load_pack("plan").schemes if scheme.key == key)
    shares: dict[str, int] = {}
    for line in lines:
        month = line[3]
        version = scheme.version_on(Month(month // 100, month % 100).period.start)
        assert version is not None
        for source, part in version.split(Fen(line[6])).items():
            shares[source] = shares.get(source, 0) + part
    return shares
