"""A workbook of ours is written whole, or not at all and said why."""

import signal
from pathlib import Path

import pytest

from jingzhun.errors import JingzhunError
from jingzhun.rosters.saving import save

resource = pytest.importorskip("resource")


def test_what_fits_takes_the_old_ones_place_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "错误.xlsx"
    target.write_bytes(b"old")
    save(b"new", target, "错误清单")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [
        (target.name, b"new")
    ]


def test_what_does_not_fit_leaves_the_old_one_and_says_so(tmp_path: Path) -> None:
    target = tmp_path / "错误.xlsx"
    target.write_bytes(b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(JingzhunError, match=r"错误清单写不到.*磁盘已满"):
            save(b"new" * 1000, target, "错误清单")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, ignored)
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"old"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(JingzhunError, match="没有这个文件或文件夹"):
        save(b"new", tmp_path / "没有" / "错误.xlsx", "错误清单")
