"""The town of the story goes through its school year, and everything comes out as it is told."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.scenario.lists import write_lists
from tests.scenario.stage import STORY, Scene, Stage, retold, scenes

WRITES = os.environ.get("JINGZHUN_GOLDENS") == "write"
TEXT = STORY.read_text(encoding="utf-8")
SCENES = tuple(scenes(TEXT))


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A folder with the lists of the year and no ledger yet."""
    folder = tmp_path_factory.mktemp("story")
    write_lists(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JINGZHUN_ACTOR", "王老师")
        patch.delenv("JINGZHUN_DB", raising=False)
        yield Stage(folder)


@pytest.fixture(scope="module")
def year(stage: Stage) -> dict[int, list[str]]:
    """The whole story played once: what came of each command, by its line."""
    heard = {scene.at: stage.play(scene) for scene in SCENES}
    if WRITES:
        _write(heard)
    return heard


def _write(heard: dict[int, list[str]]) -> None:
    told = {scene.at: [] if scene.golden else heard[scene.at] for scene in SCENES}
    STORY.write_text(retold(TEXT, told), encoding="utf-8")
    for scene in SCENES:
        if scene.golden:
            scene.golden.parent.mkdir(parents=True, exist_ok=True)
            scene.golden.write_text("\n".join(heard[scene.at]) + "\n", encoding="utf-8")


def _told(scene: Scene) -> list[str]:
    if scene.golden is None:
        return scene.expected
    return scene.golden.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: f"{scene.day} {scene.line}")
def test_it_comes_as_the_story_tells(scene: Scene, year: dict[int, list[str]]) -> None:
    if WRITES:
        return
    assert "\n".join(year[scene.at]) == "\n".join(_told(scene))


def test_no_golden_is_left_that_no_scene_asks_for() -> None:
    asked = {scene.golden for scene in SCENES}
    kept: set[Path] = set(STORY.parent.rglob("goldens/*/*.txt"))
    assert kept <= asked
