"""A process killed in the middle of an import leaves all of the file or nothing."""

import os
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from jingzhun.store.engine import Ledger, open_ledger
from jingzhun.store.schema import Enrolment, Import, Person, Source
from tests.builders import id_number
from tests.services.workbooks import ROSTER, pupil, write

PUPILS = 900
IMPORT = """
import sys
from pathlib import Path
from jingzhun.services.importing.intake import take_in
from jingzhun.store.engine import open_ledger
from tests.services.workbooks import options
with open_ledger(sys.argv[1]).write() as session:
    take_in(session, Path(sys.argv[2]), options(),
            progress=lambda words, percent: print(percent, flush=True))
    print("recorded", flush=True)
"""


@pytest.fixture(scope="module")
def roster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [
        pupil("赵一", id_number(date(2014 + at % 3, 1 + at % 12, 1 + at % 28), at))
        for at in range(PUPILS)
    ]
    return write(tmp_path_factory.mktemp("roster") / "名单.xlsx", [ROSTER, *rows])


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
@pytest.mark.parametrize(
    ("word", "delay"), [("60", 0), ("60", 0.05), ("60", 0.15), ("100", 0), ("recorded", 0.02)]
)
def test_a_killed_import_leaves_all_or_nothing(
    ledger: Ledger, roster: Path, word: str, delay: float
) -> None:
    root = Path(__file__).parent.parent.parent
    paths = os.pathsep.join([str(root), str(root / "src")])
    process = subprocess.Popen(
        [sys.executable, "-c", IMPORT, str(ledger.path), str(roster)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": paths},
    )
    assert process.stdout is not None
    while process.stdout.readline().strip() not in {word, ""}:
        pass
    time.sleep(delay)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    reopened = open_ledger(str(ledger.path))
    with reopened.read() as session:
        held = {
            session.scalar(select(func.count()).select_from(table))
            for table in (Person, Enrolment, Source)
        }
        imports = session.scalar(select(func.count()).select_from(Import))
        assert (held, imports) in [({0}, 0), ({PUPILS}, 1)]
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
    reopened.close()
