"""Every case in ``tests/policies/*.toml`` comes out three ways: SQL, plain judgement, the file.

A case is decided by the pack ``plan`` unless it names another.
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from jingzhun.core.money import Fen
from jingzhun.core.policy_vocabulary import Recipient
from jingzhun.core.terms import Month
from jingzhun.policies.packs import load_pack, pack_names
from tests.builders import World
from tests.policies.worlds import (
    lines_by_judgement,
    lines_by_sql,
    months_of,
    put_fees,
    put_pupil,
    put_word,
    run,
    use_pack,
)

FOLDER = Path(__file__).parent
CASES = [
    pytest.param(file.stem, case, id=f"{file.stem}: {case['says']}")
    for file in sorted(FOLDER.glob("*.toml"))
    for case in tomllib.loads(file.read_text("utf-8"))["case"]
]


@pytest.mark.parametrize(("scheme", "case"), CASES)
def test_case_comes_out_three_ways(scheme: str, case: dict[str, Any], world: World) -> None:
    use_pack(world, case.get("pack", "plan"))
    for name, attributes in case.get("schools", {}).items():
        world.school(name, **attributes)
    put_fees(world, case.get("fees", ()))
    for word in case.get("calendar", ()):
        put_word(world, **word)
    put_pupil(world, case)
    number = run(world.session, case["period"])
    by_sql = lines_by_sql(world.session, number)
    assert by_sql == lines_by_judgement(world.session, months_of(case["period"]))
    lines = [line for line in by_sql if line[2] == scheme]
    assert sum(line[6] for line in lines) == case["amount_fen"]
    assert sum(line[7] or 0 for line in lines) == case.get("beside", 0)
    if "days" in case:
        assert sum(line[4] or 0 for line in lines) == case["days"]
    if "shares" in case:
        assert _shares(case.get("pack", "plan"), scheme, lines) == case["shares"]


def test_every_scheme_has_cases() -> None:
    schemes = [scheme for name in pack_names() for scheme in load_pack(name).schemes]
    keys = {scheme.key for scheme in schemes if scheme.recipient is Recipient.PUPIL}
    assert keys == {file.stem for file in FOLDER.glob("*.toml")}


def _shares(pack: str, key: str, lines: list[Any]) -> dict[str, int]:
    scheme = next(scheme for scheme in load_pack(pack).schemes if scheme.key == key)
    shares: dict[str, int] = {}
    for line in lines:
        month = line[3]
        version = scheme.version_on(Month(month // 100, month % 100).period.start)
        assert version is not None
        for source, part in version.split(Fen(line[6]), line[8]).items():
            shares[source] = shares.get(source, 0) + part
    return shares
