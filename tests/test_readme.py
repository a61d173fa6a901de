"""What the README promises runs as it stands there."""

import sys
from pathlib import Path

import pytest

import dev
from tests.cli.terminal import ROOT, jingzhun

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_set_up_is_two_lines_and_ci_runs_the_second():
    assert "\npython3 dev.py walk\n" in README
    assert "\npython3 dev.py check\n" in README
    assert "python3 dev.py check" in (ROOT / ".ci" / "run").read_text()


def test_the_walk_runs_line_by_line_as_the_readme_says(tmp_path):
    dev.take_samples(tmp_path)
    said = {}
    for program, *words in dev.walk_lines():
        assert program == "jingzhun"
        ran = jingzhun(*dev.expanded(words, tmp_path), folder=tmp_path)
        assert ran.status in {0, 3}, (words, ran)
        assert "出错" not in ran.err
        said[" ".join(words[:2])] = ran.out + ran.err
    assert {"import", "report dropout", "report pairing"} <= {
        words if words.startswith("report") else words.split()[0] for words in said
    }
    for file in ("jingzhun.db", "退回.xlsx", "发放花名册.xlsx", "学生名册.xlsx"):
        assert (tmp_path / file).stat().st_size > 0


@pytest.mark.parametrize("link", ["docs/commands.md", "docs/json.md", "docs/problems.md"])
def test_pages_that_the_readme_points_to_exist(link):
    assert link in README
    assert (ROOT / link).is_file()


def test_stars_in_the_walk_stand_for_the_same_files_on_every_system(tmp_path):
    for name in ("b.xlsx", "a.xlsx", "c.txt"):
        (tmp_path / name).touch()
    assert list(dev.expanded(["import", "*.xlsx"], tmp_path)) == ["import", "a.xlsx", "b.xlsx"]


def test_set_up_needs_nothing_but_the_standard_library():
    imported = {name.split(".")[0] for name in _imports(ROOT / "dev.py")}
    assert imported <= sys.stdlib_module_names


def _imports(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split()[1] for line in lines if line.startswith(("import ", "from "))]
