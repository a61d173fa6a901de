"""The whole story played on a stage, with questions asked at each month's end."""

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.scenario.lists import write_lists
from tests.scenario.stage import HERE, Scene, Stage, scenes

STORY = HERE / "story.md"
TEXT = STORY.read_text(encoding="utf-8")
SCENES = tuple(scenes(TEXT))
#: What is asked at each month's end, beside what the story itself asks.
ASKED = (
    ("check",), ("report", "dropout"), ("report", "coverage"),
    ("report", "roster", "--kind", "students"), ("report", "fund"), ("report", "subsidy"),
)  # fmt: skip


@dataclass(kw_only=True)
class Year:
    """What came of each command, by its line; what was asked at each month's end."""

    stage: Stage
    heard: dict[int, list[str]] = field(default_factory=dict)
    asked: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def scenes(self) -> dict[int, Scene]:
        """The scenes by their lines."""
        return {scene.at: scene for scene in SCENES}


def live(
    folder: Path,
    *,
    turned: Callable[[list[str]], list[str]] = list,
    asked: Sequence[tuple[str, ...]] = (),
) -> Year:
    """Play the story in a folder; ``turned`` may change the words of a command."""
    write_lists(folder)
    year = Year(stage=Stage(folder))
    for at, scene in enumerate(SCENES):
        year.heard[scene.at] = year.stage.play(scene, turned)
        month = scene.day[:7]
        if at + 1 == len(SCENES) or SCENES[at + 1].day[:7] != month:
            day = f"{month}-{calendar.monthrange(int(month[:4]), int(month[5:]))[1]}"
            year.asked[day] = {words[-1]: year.stage.ask(*words, day=day) for words in asked}
    return year
