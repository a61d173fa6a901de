"""``jingzhun policy``: which rules hold, changing them, and what a change would do."""

from pathlib import Path
from typing import Annotated

import typer

from jingzhun.cli.desk import Desk
from jingzhun.cli.values import month
from jingzhun.core.terms import Month
from jingzhun.errors import ExitStatus

_Pack = Annotated[
    str | None,
    typer.Option(
        "--pack", metavar="政策包", help="看这个政策包的，如 national；不写就是正在用的。"
    ),
]


def list_(desk: Desk, *, pack: _Pack = None) -> None:
    """列出正在执行的各项资助：标准、发放方式、从哪天起、依据哪份文件、核实没有。

    jingzhun policy list

    jingzhun policy list --pack national --on 2024-03-01
    """
    from jingzhun.reports.aid.policies import policy_list_page  # sqlalchemy: 250 ms

    with desk.reading() as session:
        desk.show(policy_list_page(session, on=desk.today, pack=pack))


def show(
    desk: Desk,
    *,
    key: Annotated[
        str,
        typer.Argument(
            metavar="键",
            help="policy list 里的键或项目名；facts 是名词的口径，dropout 是控辍保学的指标，"
            "warning 是辍学预警的分值，pairing、secondments、kindergartens 是结对、下派、"
            "结对园的指标。",
        ),
    ],
    pack: _Pack = None,
    toml: Annotated[
        bool, typer.Option("--toml", help="给出政策文件原文，改一改就是自己的方案。")
    ] = False,
) -> None:
    """看一个项目历年的规定：起止日期、条件、标准、分担、依据，旁边是国家标准和名词的口径。

    jingzhun policy show boarding_living

    jingzhun policy show nutrition --toml --out nutrition.toml
    """
    from jingzhun.reports.aid.policies import policy_show_page, policy_text  # sqlalchemy: 250 ms

    with desk.reading() as session:
        if toml:
            desk.write([policy_text(session, key, on=desk.today, pack=pack)])
        else:
            desk.show(policy_show_page(session, key, on=desk.today, pack=pack))


def use(
    desk: Desk,
    *,
    what: Annotated[
        str,
        typer.Argument(
            metavar="政策包或文件",
            help="plan、national，或自己的政策文件，如 love_lunch.toml；文件名就是方案的键。",
        ),
    ],
    since: Annotated[
        Month | None,
        typer.Option(
            "--from",
            metavar="月份",
            parser=month,
            help="从哪个月起；不写时政策包是本月，文件是它最新一版开始的月份。",
        ),
    ] = None,
    stop: Annotated[
        bool, typer.Option("--stop", help="停用自己的文件（写它的键），只按政策包执行。")
    ] = False,
) -> None:
    """从某个月起换政策包，或采用自己的政策文件（新方案、本地标准、本地口径），并列出改了什么。

    jingzhun policy use national --from 2026-09

    jingzhun policy use love_lunch.toml --from 2026-09

    jingzhun policy use love_lunch --stop --from 2027-03

    文件收进账本，以后换电脑也用得上。已经提交的批次仍按当时的规定，不会改动。
    """
    from jingzhun.policies.files import SUFFIX, read_policy_file
    from jingzhun.services.subsidy.policies import (
        adopt,
        changed_page,
        end,
        use_pack,
    )  # sqlalchemy: 250 ms

    is_file = what.endswith(SUFFIX) and not stop
    text = read_policy_file(Path(what)) if is_file else None
    this_month = Month.of(desk.today)
    with desk.writing(create=True, policy=what) as session:
        if text is not None:
            changed = adopt(session, text, since, desk.hand())
        elif stop:
            key = what.removesuffix(SUFFIX)
            changed = end(session, key, since or this_month, desk.hand())
        else:
            changed = use_pack(session, what, since or this_month, desk.hand())
    desk.show(changed_page(changed))


def check(
    desk: Desk,
    *,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[文件]", help="要一起检查的政策文件，采用以前先查一遍。"),
    ] = None,
) -> ExitStatus:
    """检查政策文件：随程序的、账本自己的、给出的，每处毛病一次列清；有毛病时退出状态为 1。

    jingzhun policy check

    jingzhun policy check love_lunch.toml facts.toml
    """
    from jingzhun.reports.aid.policy_check import (  # sqlalchemy: 250 ms
        check_policies,
        policy_check_page,
    )

    with desk.reading() as session:
        checked = check_policies(session, files or [])
        desk.show(policy_check_page(checked))
    is_sound = not any(each.faults for each in checked)
    return ExitStatus.DONE if is_sound else ExitStatus.CANNOT_GO_ON


def preview(
    desk: Desk,
    *,
    what: Annotated[
        str,
        typer.Argument(metavar="政策包或文件", help="national，或政策文件，如 nutrition.toml。"),
    ],
    since: Annotated[
        Month | None,
        typer.Option(
            "--from",
            metavar="月份",
            parser=month,
            help="从哪个月比起；--from、--to 都不写时，比已经测算过的月份。",
        ),
    ] = None,
    until: Annotated[
        Month | None,
        typer.Option("--to", metavar="月份", parser=month, help="比到哪个月；不写就是本月。"),
    ] = None,
) -> None:
    """采用以前先试算：谁会变、变多少，按项目、资金来源、学校、月份合计；账本没有任何改动。

    jingzhun policy preview nutrition.toml

    jingzhun policy preview national --from 2026-09 --to 2026-12 --out 变动.xlsx
    """
    from jingzhun.policies.files import SUFFIX, read_policy_file
    from jingzhun.reports.aid.policy_preview import Side, preview_page  # sqlalchemy: 250 ms
    from jingzhun.services.subsidy.preview import Span, try_out

    other = read_policy_file(Path(what)) if what.endswith(SUFFIX) else what
    span = Span(first=since, last=until, today=desk.today)
    with desk.trying() as session:
        trial = try_out(session, other, span, desk.hand())
        before = Side(run=trial.before, plans=trial.plans_before)
        after = Side(run=trial.after, plans=trial.plans_after, notices=trial.notices)
        desk.show(preview_page(session, what, before, after, trial.final))
