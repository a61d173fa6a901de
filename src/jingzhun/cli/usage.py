"""What typer says about the words typed, in Chinese, with what was expected instead."""

import re
from typing import Any

import typer

from jingzhun.core.identity import mask_text
from jingzhun.errors import UsageError


def usage_error(error: typer.TyperException) -> UsageError:
    """Turn typer's complaint into ours; what the user typed is quoted with its ids masked."""
    words: Any = error  # the kinds of complaint are told apart by name: typer exports only one
    kind = type(error).__name__
    context = getattr(words, "ctx", None)
    remedy = f"写法见 {context.command_path if context else 'jingzhun'} --help。"
    if kind == "NoSuchOption":
        option = mask_text(words.option_name)
        near = "、".join(words.possibilities or ())
        if context is not None and context.parent is None:
            remedy = f"选项要写在命令名后面，例如 jingzhun report roster {option} …。{remedy}"
        elif near:
            remedy = f"您要的是 {near} 吗？{remedy}"
        return UsageError("no_such_option", f"没有 {option} 这个选项。", remedy)
    if kind == "BadOptionUsage":
        lacks = "requires" in error.message
        fault = "后面缺少要填的内容" if lacks else "不需要填内容"
        return UsageError("bad_option", f"选项 {words.option_name} {fault}。", remedy)
    if kind == "MissingParameter":
        name = _name(words.param, context).rstrip("…")
        return UsageError("missing_argument", f"缺少“{name}”。", _example(context) + remedy)
    if kind == "BadParameter":
        name = _name(words.param, context) if words.param is not None else "参数"
        return UsageError("bad_value", f"“{name}”的写法不对。", remedy)
    surplus = re.search(r"extra argument\(s\) \((.*)\)", error.message)
    if surplus:
        return UsageError("extra_argument", f"多出了“{mask_text(surplus[1])}”。", remedy)
    return UsageError("wrong_usage", "命令的写法不对。", remedy)


def _example(context: Any) -> str:
    """Give the first example that a command's help page shows."""
    lines = ((context and context.command.help) or "").splitlines()
    found = next((line.strip() for line in lines if line.strip().startswith("jingzhun ")), "")
    return f"例如 {found}。" if found else ""


def _name(param: Any, context: Any) -> str:
    option = next(iter(param.opts), "") if param.param_type_name == "option" else ""
    return option or str(param.make_metavar(context))
