"""Workbooks of ours put in their place: whole, or not at all and said why."""

import contextlib
import tempfile
from pathlib import Path

from jingzhun.core.system import system_words
from jingzhun.errors import JingzhunError


def save(content: bytes, target: Path, what: str) -> None:
    """Write a file that is called ``what`` in messages.

    Raises:
        JingzhunError: the place cannot be written.
    """
    partial: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(
            dir=target.parent, prefix=".", suffix=target.suffix, delete=False
        ) as file:
            partial = Path(file.name)
            file.write(content)
        partial.replace(target)
    except OSError as error:
        raise JingzhunError(
            "out_not_writable",
            f"{what}写不到 {target}：{system_words(error)}。",
            "请腾出磁盘空间、关闭正在打开它的 WPS，或换一个文件夹。",
        ) from None
    finally:
        if partial is not None:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
