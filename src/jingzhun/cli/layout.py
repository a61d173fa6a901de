"""How ``--help`` looks: Chinese headings, columns that line up under wide characters.

Typer's plain help counts a Chinese character as one column and breaks lines only at spaces; its
rich help costs twice the start-up time.
"""

import re
import shutil
from collections.abc import Iterator, Sequence
from typing import Any

from jingzhun.render.words import pad, width

SHARED_PANEL = "通用选项"
_WIDEST = 96
_CANNOT_BEGIN = "，。；：！？、）》”…"


class Helpful:
    """Give a typer command or group our help page."""

    params: list[Any]

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write usage, description, arguments, options and commands."""
        formatter.write("\n".join(_page(self, ctx)))
        formatter.write("\n")


def _page(command: Any, ctx: Any) -> Iterator[str]:
    room = max(40, min(_WIDEST, shutil.get_terminal_size().columns) - 1)
    yield f"用法：{ctx.command_path} {' '.join(_pieces(command, ctx))}"
    for paragraph in re.split(r"\n\s*\n", (command.help or "").strip()):
        yield ""
        if paragraph.lstrip().startswith("jingzhun "):
            yield from (f"  {line.strip()}" for line in paragraph.splitlines())
        else:
            joined = re.sub(r"(?<=[^ -~])\n\s*|\n\s*(?=[^ -~])", "", paragraph)
            yield from wrapped(" ".join(joined.split()), room)
    shown = [param for param in command.get_params(ctx) if not getattr(param, "hidden", False)]
    own = [param for param in shown if getattr(param, "rich_help_panel", None) != SHARED_PANEL]
    arguments = [param for param in own if param.param_type_name == "argument"]
    options = [param for param in own if param.param_type_name == "option"]
    shared = [param for param in shown if param not in own]
    commands = [
        (name, (child.help or "").strip().split("\n")[0])
        for name, child in getattr(command, "commands", {}).items()
    ]
    yield from _section("命令", commands, room)
    yield from _section("参数", [_entry(param, ctx) for param in arguments], room)
    yield from _section("选项", [_entry(param, ctx) for param in options], room)
    yield from _section(SHARED_PANEL, [_entry(param, ctx) for param in shared], room)


def _pieces(command: Any, ctx: Any) -> Iterator[str]:
    if hasattr(command, "commands"):
        yield "命令 …"
        return
    for param in command.get_params(ctx):
        if param.param_type_name == "argument":
            name = param.make_metavar(ctx)
            yield name if param.required else f"[{name}]"
    yield "[选项]"


def _entry(param: Any, ctx: Any) -> tuple[str, str]:
    if "--help" in param.opts:
        return "--help", "显示本说明。"
    if param.param_type_name == "argument":
        return param.make_metavar(ctx), param.help or ""
    value = "" if param.is_flag else f" {param.make_metavar(ctx)}"
    return "、".join(param.opts) + value, param.help or ""


def _section(title: str, entries: Sequence[tuple[str, str]], room: int) -> Iterator[str]:
    if not entries:
        return
    yield ""
    yield f"{title}："
    column = min(26, max(width(name) for name, _ in entries) + 2)
    for name, words in entries:
        lines = list(wrapped(words, room - column - 2)) or [""]
        if width(name) + 2 > column:
            yield f"  {name}"
        else:
            yield f"  {pad(name, column, right=False)}{lines.pop(0)}".rstrip()
        yield from (f"  {' ' * column}{line}" for line in lines)


def wrapped(text: str, room: int) -> Iterator[str]:
    """Break text into lines of ``room`` columns, between Chinese characters or at spaces."""
    line = ""
    for token in re.findall(r"[!-~]+|\s|.", text):
        if width(line) + width(token) > room and token not in _CANNOT_BEGIN and line.strip():
            yield line.rstrip()
            line = ""
        line += token if line else token.lstrip()
    if line.strip():
        yield line.rstrip()
