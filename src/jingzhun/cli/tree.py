"""The command tree: every command's name, in the order in which ``--help`` shows them."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from jingzhun import __version__
from jingzhun.cli import (
    calendar,
    db,
    explain,
    find,
    fund,
    import_,
    imports,
    match,
    pay,
    policy,
    report,
    rollover,
    set_,
    subsidy,
    template,
)
from jingzhun.cli import (
    run as run_,
)
from jingzhun.cli.boundary import Tree
from jingzhun.cli.desk import Function, hang

_SETTINGS: dict[str, Any] = {
    "cls": Tree,
    "no_args_is_help": True,
    "rich_markup_mode": None,  # rich help doubles the start-up time
    "pretty_exceptions_enable": False,  # they print locals, and ours hold id numbers
    "add_completion": False,
}


def _root(
    version: Annotated[bool, typer.Option("--version", help="显示版本。")] = False,
) -> None:
    """精准：教育精准扶贫与学生资助台账。

    每个命令的用法：jingzhun 命令 --help
    """
    if version:
        print(f"jingzhun {__version__}")
        raise typer.Exit


def grown() -> typer.Typer:
    """Give the whole tree."""
    tree = typer.Typer(name="jingzhun", **_SETTINGS)
    tree.callback(invoke_without_command=False)(_root)
    hang(tree, "import", import_.run)
    _branch(
        tree,
        "imports",
        "看导入过什么。",
        {"list": imports.list_, "show": imports.show, "undo": imports.undo},
    )
    hang(tree, "template", template.run)
    hang(tree, "find", find.run)
    _branch(
        tree,
        "match",
        "核对两条记录是不是同一人。",
        {
            "review": match.review,
            "confirm": match.confirm,
            "reject": match.reject,
            "list": match.list_,
        },
    )
    hang(tree, "set", set_.run)
    hang(tree, "rollover", rollover.run)
    hang(tree, "subsidy", subsidy.run)
    hang(tree, "explain", explain.run)
    _hang_money(tree)
    hang(tree, "report", report.run)
    _branch(tree, "calendar", "看校历、设置校历。", {"show": calendar.show, "set": calendar.set_})
    _branch(
        tree,
        "policy",
        "看、换资助政策。",
        {"list": policy.list_, "show": policy.show, "use": policy.use, "check": policy.check},
    )
    _branch(tree, "db", "看账本文件。", {"info": db.info})
    return tree


def _hang_money(tree: typer.Typer) -> None:
    """Hang what leads from a draft to money on cards."""
    _branch(
        tree,
        "run",
        "办理资助批次：复核、公示、批准、作废、调整，登记以前发过的。",
        {
            "list": run_.list_,
            "show": run_.show,
            "review": run_.review,
            "publish": run_.publish,
            "approve": run_.approve,
            "void": run_.void,
            "adjust": run_.adjust,
            "open": run_.open_,
        },
    )
    _branch(
        tree,
        "fund",
        "资金专账：收款、余额、结转。",
        {
            "receive": fund.receive,
            "opening": fund.opening,
            "reverse": fund.reverse,
            "close": fund.close,
        },
    )
    _branch(
        tree,
        "pay",
        "发放：制发放批次、出代发文件、登记银行结果。",
        {
            "batch": pay.batch,
            "list": pay.list_,
            "show": pay.show,
            "export": pay.export,
            "return": pay.return_,
        },
    )


def run() -> None:
    """Run the words typed, and exit."""
    typer.main.get_command(grown()).main()


def _branch(tree: typer.Typer, name: str, words: str, commands: Mapping[str, Function]) -> None:
    branch = typer.Typer(name=name, help=words, **_SETTINGS)
    for child, function in commands.items():
        hang(branch, child, function)
    tree.add_typer(branch)
