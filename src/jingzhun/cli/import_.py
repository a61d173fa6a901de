"""``jingzhun import``: bring workbooks into the ledger, each in a transaction of its own."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from jingzhun.cli.boundary import tell
from jingzhun.cli.desk import Desk
from jingzhun.cli.values import day
from jingzhun.errors import ExitStatus, UsageError

_Files = Annotated[
    list[Path] | None,
    typer.Argument(
        metavar="文件…",
        help="名单：.xlsx、.xls、.et、.csv、.tsv，可以一次写几个。",
        readable=False,  # an unreadable file is told by the reader, and stops no other
    ),
]
_DryRun = Annotated[bool, typer.Option("--dry-run", help="只试算、不入账；行数与真导入一样。")]
_Strict = Annotated[bool, typer.Option("--strict", help="有一行不合格，整份文件就都不入账。")]
_Full = Annotated[
    bool,
    typer.Option("--full", help="这是全部名单：同一学校或村里，名单上没有的人到此为止。"),
]
_AcceptChanges = Annotated[
    bool,
    typer.Option(
        "--accept-changes",
        help="名单与账上差别很大、有可疑之处的，已经核对无误，照样入账（会留痕）。",
    ),
]
_AsOf = Annotated[
    date | None,
    typer.Option(metavar="日期", parser=day, help="名单截止日期；不写时从标题里找，再不然是今天。"),
]
_Errors = Annotated[
    Path | None,
    typer.Option(
        metavar="文件.xlsx",
        readable=False,
        help="把退回的行连同原因写成工作簿，改好可以直接再导入。",
    ),
]
_Map = Annotated[
    Path | None,
    typer.Option(
        "--map",
        metavar="叫法.toml",
        readable=False,
        help="教会本地的列名和写法，记在账本里，以后导入不用再写。",
    ),
]
_SuggestMap = Annotated[
    bool,
    typer.Option(
        "--suggest-map",
        help="不导入，只为不认识的列名和写法生成一份叫法对照表；加 --out 写成文件。",
    ),
]


def run(
    desk: Desk,
    *,
    files: _Files = None,
    dry_run: _DryRun = False,
    strict: _Strict = False,
    full: _Full = False,
    as_of: _AsOf = None,
    accept_changes: _AcceptChanges = False,
    errors: _Errors = None,
    map_: _Map = None,
    suggest_map: _SuggestMap = False,
) -> ExitStatus:
    """导入名单。按表头自动认出是哪种名单；合格的行入账，不合格的行退回并说明原因。

    jingzhun import 学籍.xlsx 监测户.xlsx --errors 退回.xlsx

    同一份文件导两遍，账不会变。列名是本地叫法、认不出的，先用 --suggest-map 生成叫法对照表，
    填好后加 --map 导入，只用教一次。与账上差别很大的名单先问一句再入账（docs/strange.md）。
    """
    from jingzhun.cli.importing import How, bring_in, write_back  # sqlalchemy, calamine: 300 ms
    from jingzhun.cli.mapping import propose, read_map
    from jingzhun.cli.outcome import outcome_page

    files = files or []
    if not files and (map_ is None or suggest_map):
        raise UsageError(
            "missing_argument",
            "没有写要导入哪些文件。",
            "例如 jingzhun import 学籍.xlsx 脱贫户.xls，可以一次写几个；"
            "也可以先用 jingzhun template 生成空白名单。写法见 jingzhun import --help。",
        )
    if suggest_map:
        propose(desk, files)
        return ExitStatus.DONE
    lesson = read_map(map_)
    how = How(as_of=as_of, whole=full, strict=strict, accept_changes=accept_changes)
    taken = bring_in(desk, files, how, lesson=lesson, is_trial=dry_run)
    if not files:
        return ExitStatus.DONE
    if errors is not None and any(file.refused for file in taken):
        write_back(taken, errors)
        desk.say(f"退回的行已写入：{errors}")
    desk.show(outcome_page(taken, is_trial=dry_run, errors=errors))
    # What kept several files out is told once.
    failed = list(dict.fromkeys(file.error for file in taken if file.error))
    for error in failed:
        tell(error)
    if failed:
        return ExitStatus.CANNOT_GO_ON
    return ExitStatus.ROWS_REFUSED if any(file.refused for file in taken) else ExitStatus.DONE
