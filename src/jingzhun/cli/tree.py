"""The command tree: every command's name, in the order in which ``--help`` shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from jingzhun import __version__
from jingzhun.cli import (
    calendar,
    case,
    check,
    db,
    explain,
    find,
    fund,
    import_,
    imports,
    match,
    pair,
    pair_deeds,
    pay,
    policy,
    report,
    rollover,
    secondment,
    set_,
    subsidy,
    template,
    visit,
)
from jingzhun.cli import run as run_
from jingzhun.cli.boundary import Tree
from jingzhun.cli.desk import Function, hang

_SETTINGS: dict[str, Any] = {
    "cls": Tree,
    "no_args_is_help": True,
    "rich_markup_mode": None,  # rich help doubles the start-up time
    "pretty_exceptions_enable": False,  # they print locals, and ours hold id numbers
    "add_completion": False,
}


@dataclass(frozen=True, slots=True)
class Branch:
    """Commands under one name, with what the help says of them all."""

    help: str
    commands: Mapping[str, Function]


#: Every command, in the order in which ``--help`` shows them.
COMMANDS: Mapping[str, Function | Branch] = {
    "import": import_.run,
    "imports": Branch(
        "看导入过什么。", {"list": imports.list_, "show": imports.show, "undo": imports.undo}
    ),
    "template": template.run,
    "find": find.run,
    "match": Branch(
        "核对两条记录是不是同一人。",
        {
            "review": match.review,
            "confirm": match.confirm,
            "reject": match.reject,
            "list": match.list_,
        },
    ),
    "set": set_.run,
    "rollover": rollover.run,
    "subsidy": subsidy.run,
    "explain": explain.run,
    "run": Branch(
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
    ),
    "pay": Branch(
        "发放：制发放批次、出代发文件、登记银行结果、追回。",
        {
            "batch": pay.batch,
            "list": pay.list_,
            "show": pay.show,
            "export": pay.export,
            "return": pay.return_,
            "recover": pay.recover,
        },
    ),
    "fund": Branch(
        "资金专账：收款、账簿、结转、写给别的记账程序。",
        {
            "receive": fund.receive,
            "opening": fund.opening,
            "reverse": fund.reverse,
            "close": fund.close,
            "balance": fund.balance,
            "journal": fund.journal,
            "export": fund.export,
        },
    ),
    "report": report.run,
    "calendar": Branch("看校历、设置校历。", {"show": calendar.show, "set": calendar.set_}),
    "policy": Branch(
        "看、换资助政策。",
        {
            "list": policy.list_,
            "show": policy.show,
            "use": policy.use,
            "check": policy.check,
            "preview": policy.preview,
        },
    ),
    "case": Branch(
        "控辍保学一人一案：立案、进展、返校、结案，打印文书。",
        {
            "scan": case.scan,
            "open": case.open_,
            "step": case.step,
            "close": case.close,
            "list": case.list_,
            "show": case.show,
            "print": case.print_,
        },
    ),
    "pair": Branch(
        "结对帮扶：排方案、看结对、查进度、解除和移交，登记投入、计划、核查和收入。",
        {
            "assign": pair.assign,
            "list": pair.list_,
            "check": pair.check,
            "end": pair.end,
            "give": pair_deeds.give,
            "plan": pair_deeds.plan,
            "checklist": pair_deeds.checklist,
            "income": pair_deeds.income,
        },
    ),
    "visit": Branch("走访记录：登记、查看。", {"add": visit.add, "list": visit.list_}),
    "secondment": Branch(
        "派出：登记下派、支教、挂职、培训和返回，看轮到谁。",
        {"add": secondment.add, "end": secondment.end, "list": secondment.list_},
    ),
    "check": check.run,
    "db": Branch("看账本文件。", {"info": db.info}),
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
    for name, grows in COMMANDS.items():
        if isinstance(grows, Branch):
            branch = typer.Typer(name=name, help=grows.help, **_SETTINGS)
            for child, function in grows.commands.items():
                hang(branch, child, function)
            tree.add_typer(branch)
        else:
            hang(tree, name, grows)
    return tree


def run() -> None:
    """Run the words typed, and exit."""
    typer.main.get_command(grown()).main()
