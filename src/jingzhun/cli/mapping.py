"""Spellings at the desk: a map file read and learnt, and one proposed for files nobody knows."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jingzhun.cli.desk import Desk
from jingzhun.rosters.teaching import Lesson, read_lesson
from jingzhun.services.importing.spelling import learn, taught_spellings
from jingzhun.services.importing.suggesting import suggest_map

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def read_map(path: Path | None) -> Lesson | None:
    """Read the file of ``--map``, if one is named."""
    return None if path is None else read_lesson(path)


def teach(desk: Desk, session: "Session", lesson: Lesson) -> None:
    """Teach the ledger in the caller's transaction, and say what it learnt."""
    learned = learn(session, lesson, actor=desk.actor, recorded_at=desk.recorded_at)
    desk.record(
        session,
        taught=learned.added,
        changed=learned.changed,
        forgotten=learned.forgotten,
    )
    told = [
        f"{words} {number} 个"
        for words, number in (
            ("新教会", learned.added),
            ("改了", learned.changed),
            ("忘掉", learned.forgotten),
        )
        if number
    ]
    if told:
        desk.say(f"叫法对照表：{'，'.join(told)}。")
    elif lesson.taught or lesson.forgotten:
        desk.say("叫法对照表：都已经教过，没有变化。")
    else:
        desk.say("叫法对照表：没有一行可教。猜得对的，请先去掉行首的 #，再导入。")


def propose(desk: Desk, files: Sequence[Path]) -> None:
    """Print a map file proposed for ``files``, or write it where ``--out`` says.

    Raises:
        JingzhunError: a file cannot be read, or the place not be written.
    """
    taught = []
    if "://" in desk.db or Path(desk.db).exists():
        ledger = desk.ledger()
        with ledger.read() as session:
            taught = taught_spellings(session)
        ledger.close()
    text = suggest_map(files, taught, desk.today)
    desk.write([text])
