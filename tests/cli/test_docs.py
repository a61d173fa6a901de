"""The pages of docs/ that are made from the program say what the program says."""

import importlib.util
from types import ModuleType

import pytest

from tests.cli.terminal import ROOT


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["commands.md", "problems.md"])
def test_generated_page_is_fresh(name, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    fresh = generator().PAGES[name]()
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == fresh, (
        f"docs/{name} is stale: run python3 dev.py docs"
    )
