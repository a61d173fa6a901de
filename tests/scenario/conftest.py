"""The story played once for all tests, in a world where only its own clock goes."""

from collections.abc import Iterator

import pytest

from tests.scenario.year import ASKED, Year, live


@pytest.fixture(scope="package")
def _office() -> Iterator[None]:
    """Sit at the office's computer, whoever runs the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOGNAME", "office")
        patch.setenv("JINGZHUN_ACTOR", "王老师")
        patch.delenv("JINGZHUN_DB", raising=False)
        yield


@pytest.fixture(scope="package")
def year(tmp_path_factory: pytest.TempPathFactory, _office: None) -> Year:
    """The story as it is told."""
    return live(tmp_path_factory.mktemp("year"), asked=ASKED)


@pytest.fixture(scope="package")
def other_order(tmp_path_factory: pytest.TempPathFactory, _office: None) -> Year:
    """The same story; what came in on one day was imported the other way round."""

    def turned(words: list[str]) -> list[str]:
        if words[0] != "import":
            return words
        files = [word for word in words[1:] if not word.startswith("--")]
        return ["import", *files[::-1], *(word for word in words[1:] if word.startswith("--"))]

    return live(tmp_path_factory.mktemp("other_order"), turned=turned)
