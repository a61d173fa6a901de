"""Page → terminal, JSON, CSV, XLSX or HTML: the only place where raw values get a format.

``plain`` needs no library; ``terminal`` loads rich and ``workbook`` xlsxwriter, each only when its
format is asked for. A file is written beside its place and moved there when it is whole, so a
reader never meets half a file and a failure leaves the old one.
"""

import contextlib
import errno
import os
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, TextIO

from jingzhun.core.page import Page
from jingzhun.core.table import Format
from jingzhun.errors import JingzhunError

__all__ = ["show", "show_text"]


def show(
    page: Page,
    *,
    format: Format,  # noqa: A002 - the word that users and every caller say
    out: Path | None,
    show_ids: bool,
    stream: TextIO,
) -> Path | None:
    """Write a page to ``out``, or to ``stream`` without one; give the file written, if any.

    A workbook cannot go to a stream: without ``out`` it gets the page's title as its name in the
    current folder, never that of an existing file, and one line on stderr says so. Ids are masked
    unless ``show_ids``.

    Raises:
        JingzhunError: ``output_unwritable`` — no such folder, no permission, open in another
            program, disk full; ``output_too_long`` — more rows than a sheet holds.
    """
    if format is Format.XLSX:
        return _show_workbook(page, out, show_ids=show_ids)
    if format is Format.TABLE and out is None and stream.isatty():
        from jingzhun.render import terminal  # rich: 60 ms, for a person who waits anyway

        terminal.show(page, stream=stream, show_ids=show_ids)
        return None
    return show_text(_chunks(page, format, show_ids=show_ids), out=out, stream=stream)


def show_text(chunks: Iterable[str], *, out: Path | None, stream: TextIO) -> Path | None:
    """Write what has a format of its own to ``out``, or to ``stream``; give the file written.

    Raises:
        JingzhunError: as :func:`show`.
    """
    if out is None:
        _emit(chunks, stream)
        return None
    with _whole_file(out) as file:
        file.writelines(chunk.encode() for chunk in chunks)
    return out


def _chunks(page: Page, format_: Format, *, show_ids: bool) -> Iterator[str]:
    if format_ is Format.HTML:
        from jingzhun.render import web  # html: 5 ms

        return web.html_chunks(page, show_ids=show_ids)
    from jingzhun.render import plain  # json, csv: 5 ms

    if format_ is Format.JSON:
        return plain.json_chunks(page, show_ids=show_ids)
    if format_ is Format.CSV:
        return plain.csv_chunks(page, show_ids=show_ids)
    return plain.text_chunks(page, show_ids=show_ids)


def _show_workbook(page: Page, out: Path | None, *, show_ids: bool) -> Path:
    from jingzhun.render import workbook  # xlsxwriter: 60 ms

    target = out or _free_name(page.title)
    made = BytesIO()  # a zip that meets a full disk complains again when it is cleared away
    workbook.write(page, made, show_ids=show_ids)
    with _whole_file(target) as file:
        file.write(made.getbuffer())
    if out is None:
        print(f"已写到当前文件夹：{target}", file=sys.stderr)
    return target


def _free_name(title: str) -> Path:
    stem = re.sub(r'[\x00-\x1f\\/:*?"<>|]+', "_", title).strip(" ._") or "报表"
    path = Path(f"{stem}.xlsx")
    number = 2
    while path.exists():
        path = Path(f"{stem}({number}).xlsx")
        number += 1
    return path


def _emit(chunks: Iterable[str], stream: TextIO) -> None:
    # A pipe gets UTF-8 whatever the console's code page is; a terminal gets text.
    buffer = None if stream.isatty() else getattr(stream, "buffer", None)
    if buffer is None:
        stream.writelines(chunks)
    else:
        stream.flush()
        buffer.writelines(chunk.encode() for chunk in chunks)
        buffer.flush()


@contextlib.contextmanager
def _whole_file(out: Path) -> Iterator[BinaryIO]:
    try:
        target = out.resolve()
        if target.exists() and not target.is_file() and not target.is_dir():
            # A device or a named pipe is written into, never replaced.
            with target.open("wb") as file:
                yield file
            return
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".", suffix=target.suffix)
        try:
            with os.fdopen(handle, "w+b") as file:
                yield file
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _unwritable(out, error) from error


def _unwritable(out: Path, error: OSError) -> JingzhunError:
    reasons = {
        errno.ENOENT: ("文件夹不存在", "请先建好文件夹，或用 --out 换一个位置。"),
        errno.ENOTDIR: ("路径中有一段不是文件夹", "请用 --out 换一个位置。"),
        errno.EISDIR: ("这是一个文件夹，不是文件", "请在 --out 里写上文件名。"),
        errno.ENOSPC: ("磁盘已满", "请腾出空间后重试，或用 --out 换一个磁盘。"),
        errno.ENAMETOOLONG: ("文件名太长", "请用 --out 换一个短些的文件名。"),
    }
    reason, remedy = reasons.get(
        error.errno or 0,
        (
            "没有写入权限，或者文件正被其他程序(如 WPS)打开",
            "请关闭正在打开它的程序，或用 --out 换一个位置。",
        ),
    )
    return JingzhunError("output_unwritable", f"不能写入 {out}：{reason}。", remedy)
