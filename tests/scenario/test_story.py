"""The town of the story goes through its school year, and everything comes out as it is told."""

import os
from pathlib import Path

import pytest

from tests.scenario.stage import GOLDENS, Scene, retold
from tests.scenario.year import SCENES, STORY, TEXT, Year

WRITES = os.environ.get("JINGZHUN_GOLDENS") == "write"


@pytest.fixture(scope="module")
def told(year: Year) -> Year:
    """The year as it was played; ``JINGZHUN_GOLDENS=write`` writes the story and its goldens."""
    if WRITES:
        heard = {at: [] if year.scenes[at].golden else lines for at, lines in year.heard.items()}
        STORY.write_text(retold(TEXT, heard), encoding="utf-8")
        for at, scene in year.scenes.items():
            if scene.golden:
                scene.golden.parent.mkdir(parents=True, exist_ok=True)
                scene.golden.write_text("\n".join(year.heard[at]) + "\n", encoding="utf-8")
    return year


def _expected(scene: Scene) -> str:
    if scene.golden is None:
        return "\n".join(scene.expected)
    return scene.golden.read_text(encoding="utf-8").removesuffix("\n")


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: f"{scene.day} {scene.line}")
def test_it_comes_as_the_story_tells(scene: Scene, told: Year) -> None:
    assert WRITES or "\n".join(told.heard[scene.at]) == _expected(scene)


def test_every_golden_belongs_to_a_scene() -> None:
    asked = [scene.golden for scene in SCENES if scene.golden]
    assert len(asked) == len(set(asked))
    kept: set[Path] = set(GOLDENS.rglob("*.txt"))
    assert kept == set(asked)
