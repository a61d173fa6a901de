"""Write the generated pages of docs/: every --help, and every problem code.

python3 dev.py docs    writes them; a test is red while they are stale.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from jingzhun.cli.tree import grown
from jingzhun.rosters.problems import PROBLEMS

DOCS = Path(__file__).parent


def commands_page() -> str:
    """Give docs/commands.md: the help of every command, as a terminal of 80 columns shows it."""
    os.environ["COLUMNS"] = "80"
    lines = ["# 命令", "", "由各命令的 `--help` 生成（`python3 dev.py docs`），请勿手改。", ""]
    for path, help_text in _helps(typer.main.get_command(grown()), "jingzhun", None):
        lines += [f"## {path}", "", "```text", help_text.strip(), "```", ""]
    return "\n".join(lines)


def _helps(command: Any, path: str, parent: Any) -> Iterator[tuple[str, str]]:
    name = path.rsplit(maxsplit=1)[-1]
    context = command.make_context(name, [], parent=parent, resilient_parsing=True)
    yield path, command.get_help(context)
    for name, child in getattr(command, "commands", {}).items():
        yield from _helps(child, f"{path} {name}", context)


def problems_page() -> str:
    """Give docs/problems.md: each code, what it means, and an example that provokes it."""
    lines = [
        "# 问题代码",
        "",
        "由 `rosters/problems.py` 生成（`python3 dev.py docs`），请勿手改。代码不变，供程序使用。",
        "导入结果里的每个问题都是其中之一。行会不会退回，看问题出在哪里：身份（姓名、证件号、重复），",
        "或者决定金额和状态的栏（年级、金额、异动日期……）有毛病才退回，其余只作提示，该栏留空。",
        "",
        "| 代码 | 含义 | 例子 |",
        "|---|---|---|",
    ]
    lines += [
        f"| `{code}` | {problem.title} | {problem.example} |" for code, problem in PROBLEMS.items()
    ]
    return "\n".join([*lines, ""])


PAGES = {"commands.md": commands_page, "problems.md": problems_page}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
