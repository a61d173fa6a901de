"""``jingzhun template``: a blank workbook of ours for a kind of list."""

from pathlib import Path
from typing import Annotated

import typer

from jingzhun.cli.desk import Desk
from jingzhun.core.vocabulary import Kind
from jingzhun.errors import ExitStatus, JingzhunError, UsageError


def run(
    desk: Desk,
    *,
    kind: Annotated[
        str, typer.Argument(metavar="名单种类", help="中文名或代码；写错了会列出有哪些。")
    ],
) -> ExitStatus:
    """生成空白名单：我们的列名、下拉选项、文字格式，附填写说明，填好直接导入。

    jingzhun template 学籍名册 --out 学籍.xlsx

    不写 --out 时，写到当前文件夹的“名单种类.xlsx”，已有同名文件的不覆盖。
    """
    chosen = _kind(kind)
    target = desk.out or Path(f"{chosen.label}.xlsx")
    if desk.out is None and target.exists():
        raise JingzhunError(
            "out_exists",
            f"当前文件夹已有 {target}，没有覆盖。",
            "请用 --out 换一个文件名，或先把它移走。",
        )
    if target.suffix.lower() != ".xlsx":
        raise UsageError(
            "bad_value", f"“{target.name}”不是 .xlsx 文件名。", "请写成 --out 名单.xlsx。"
        )
    from jingzhun.rosters.templates import save_template  # xlsxwriter: 60 ms

    save_template(chosen, target, desk.today)
    desk.say(f"已写入：{target}")
    return ExitStatus.DONE


def _kind(word: str) -> Kind:
    """Find a kind by code or Chinese name.

    Raises:
        UsageError: there is none; the remedy lists them.
    """
    from difflib import get_close_matches  # only for a word that is wrong

    from jingzhun.rosters.kinds import kinds  # the TOML of every kind: 30 ms

    lists = [kind for kind, spec in kinds().items() if not spec.by_hand]
    named = {name: kind for kind in lists for name in (kind.value, kind.label)}
    if word in named:
        return named[word]
    near = get_close_matches(word, named, 1, 0.4)
    hint = f"您要的是“{named[near[0]].label}”吗？" if near else ""
    every = "、".join(f"{kind.label}（{kind.value}）" for kind in lists)
    raise UsageError("unknown_kind", f"没有“{word}”这种名单。", f"{hint}可以写：{every}。")
