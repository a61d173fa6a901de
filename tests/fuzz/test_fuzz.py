"""Whatever a file holds, reading it ends in a result or one clear message.

How many files: ``JINGZHUN_FUZZ=10000``; from which number on: ``JINGZHUN_FUZZ_FROM=300``.
"""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.cli.terminal import ROOT, assert_one_message, jingzhun
from tests.fuzz.mutations import case
from tests.fuzz.worker import OUT_OF_MEMORY, WHOLE_ID

COUNT = int(os.environ.get("JINGZHUN_FUZZ", "300"))
FIRST = int(os.environ.get("JINGZHUN_FUZZ_FROM", "0"))
#: Every so many files one goes through the command line.
THROUGH_CLI = 50
DEATHS = {
    -signal.SIGPROF: "took more than 10 seconds",
    OUT_OF_MEMORY: "used more than 1 GiB",
    -signal.SIGABRT: "ended the process, most likely for more than 1 GiB",
}

pytestmark = [
    pytest.mark.fuzz,
    pytest.mark.skipif(sys.platform == "win32", reason="no limits on a process there"),
]


def read_all(first: int, last: int) -> tuple[list[dict[str, Any]], list[str]]:
    """Read the files of these numbers; give what came of each, and what went wrong."""
    results: list[dict[str, Any]] = []
    wrong: list[str] = []
    while first < last:
        ran = subprocess.run(
            [sys.executable, "-m", "tests.fuzz.worker", str(first), str(last)],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
            capture_output=True,
            check=False,
            text=True,
        )
        lines = [json.loads(line) for line in ran.stdout.splitlines()]
        results += [line for line in lines if "number" in line]
        wrong += [f"{line['number']}: {line['trace']}" for line in lines if line.get("trace")]
        if ran.returncode == 0:
            break
        # Whatever ended the process, the file begun last did it; on with the next.
        begun = max(line.get("begun", first) for line in lines)
        wrong.append(f"{begun} {DEATHS.get(ran.returncode, ran.returncode)} {ran.stderr[-500:]}")
        first = begun + 1
    return results, wrong


def test_every_file_ends_in_a_result_or_one_clear_message() -> None:
    results, wrong = read_all(FIRST, FIRST + COUNT)
    print(Counter(result["end"] for result in results))
    print("slowest:", sorted((result["seconds"], result["number"]) for result in results)[-5:])
    assert not wrong, (
        f"{len(wrong)} files broke the promise; see one with "
        "python -m tests.fuzz.worker NUMBER --keep FOLDER\n" + "\n".join(wrong[:20])
    )
    assert len(results) == COUNT
    # A fuzz that reads nothing, or everything, tests nothing.
    ends = Counter(result["end"] == "read" for result in results)
    assert min(ends[True], ends[False]) * 5 > COUNT


@pytest.mark.parametrize("number", range(FIRST, FIRST + COUNT, THROUGH_CLI))
def test_the_command_says_one_thing_about_any_file(number: int, tmp_path: Path) -> None:
    made = case(number)
    (tmp_path / made.name).write_bytes(made.content)
    said = jingzhun(
        "import", made.name, "--errors", "退回.xlsx", "--on", "2026-11-24", "--format", "json",
        folder=tmp_path,
    )  # fmt: skip
    assert not WHOLE_ID.search(said.out + said.err)
    if said.status in {0, 3}:
        assert said.json["files"][0]["error"] is None
        assert "Traceback" not in said.err
    else:
        assert_one_message(said)
        assert said.json["files"][0]["error"]["remedy"]
