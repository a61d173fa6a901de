"""Pages of pairing at the desk: the plan of an assignment, the pairs that ended."""

from collections import Counter
from collections.abc import Sequence

from jingzhun.core.page import Page
from jingzhun.core.table import Column, ColumnKind, Table
from jingzhun.services.pairing.plans import Assignment, Helper, Pair
from jingzhun.services.pairing.releasing import Ended

_VILLAGE = (
    Column(key="township", title="乡镇"),
    Column(key="village", title="村"),
    Column(key="households", title="新结对户", kind=ColumnKind.COUNT),
    Column(key="departments", title="帮扶部门", kind=ColumnKind.LIST),
    Column(key="leaders", title="联系领导", kind=ColumnKind.LIST),
    Column(key="from_elsewhere", title="由外村部门帮扶", kind=ColumnKind.COUNT),
)
_PAIR = (
    Column(key="number", title="序号", kind=ColumnKind.SEQUENCE),
    Column(key="township", title="乡镇"),
    Column(key="village", title="村"),
    Column(key="household_no", title="户编号"),
    Column(key="name", title="户主"),
    Column(key="helper", title="帮扶责任人"),
    Column(key="unit", title="单位"),
    Column(key="department", title="部门"),
    Column(key="post", title="职务"),
)


def assignment_page(plan: Assignment, import_id: int | None) -> Page:
    """Show a plan by village, then pair by pair; ``import_id`` None: it is not entered.

    JSON: ``as_of``, ``import``, ``households``, ``kept``, ``cost``, ``bound``, ``is_optimal``,
    ``extra`` (who gets more than their share), ``spare``, ``leavers``, and the tables ``villages``
    and ``pairs``.
    """
    is_optimal = plan.cost == plan.bound
    return Page(
        title=f"结对分配方案（{plan.day}）",
        facts={
            "as_of": plan.day.isoformat(),
            "import": import_id,
            "households": len(plan.pairs),
            "kept": plan.kept,
            "cost": plan.cost,
            "bound": plan.bound,
            "is_optimal": is_optimal,
            "extra": [pair.helper.name for pair in plan.pairs if pair.is_extra],
            "spare": [helper.name for helper in plan.spare],
            "leavers": [helper.name for helper in plan.leavers],
        },
        tables=[_villages(plan), _pairs(plan)],
        notes=_notes(plan, import_id, is_optimal=is_optimal),
    )


def ended_page(ended: Ended) -> Page:
    """Show the pairs that ended.

    JSON: ``import``, ``to`` and the table ``ended`` (``household``, ``helper``).
    """
    to = f"，移交给{ended.to}" if ended.to else ""
    number = ended.import_id
    notes = [f"记为第 {number} 号导入；弄错了可以 jingzhun imports undo {number} --why 原因。"]
    if ended.load > ended.expected:
        notes.append(f"{ended.to}现在结对 {ended.load} 户，应结对 {ended.expected} 户。")
    return Page(
        title=f"结束 {len(ended.pairs)} 个结对{to}",
        facts={"import": ended.import_id, "to": ended.to or None},
        tables=[
            Table(
                key="ended",
                heading="",
                columns=(
                    Column(key="household", title="户"),
                    Column(key="helper", title="原帮扶责任人"),
                ),
                rows=ended.pairs,
            )
        ],
        notes=notes,
    )


def _villages(plan: Assignment) -> Table:
    taken = Counter(pair.home.village for pair in plan.pairs)
    away = Counter(pair.home.village for pair in plan.pairs if not pair.is_home)
    leading = {helper.group for helper, _ in plan.leaders}
    rows = []
    for village in sorted({*taken, *plan.tied.values()}):
        departments = [
            name for name, home in plan.tied.items() if home == village and name not in leading
        ]
        leaders = [helper.name for helper, home in plan.leaders if home == village]
        rows.append((*village, taken[village], departments, leaders, away[village]))
    total = ("合计", None, len(plan.pairs), None, None, sum(away.values()))
    return Table(key="villages", heading="各村", columns=_VILLAGE, rows=rows, total=total)


def _pairs(plan: Assignment) -> Table:
    rows = [
        (
            None,
            *pair.home.village,
            pair.home.household_no,
            pair.home.head,
            pair.helper.name,
            pair.helper.unit,
            pair.helper.department,
            pair.helper.post,
        )
        for pair in sorted(plan.pairs, key=lambda pair: (pair.home.village, _number(pair)))
    ]
    return Table(key="pairs", heading=f"新结对（{len(rows)} 户）", columns=_PAIR, rows=rows)


def _number(pair: Pair) -> str:
    return pair.home.household_no or pair.home.head or ""


def _notes(plan: Assignment, import_id: int | None, *, is_optimal: bool) -> list[str]:
    notes = [f"原有结对 {plan.kept} 户不变；新结对 {len(plan.pairs)} 户。"]
    away = sum(not pair.is_home for pair in plan.pairs)
    if not plan.cost:
        notes.append("每个部门只帮扶一个村。")
    else:
        least = (
            "已证明没有更少的方案" if is_optimal else f"最多还可能少 {plan.cost - plan.bound} 户"
        )
        notes.append(
            f"有 {plan.cost} 户由外村的部门帮扶（原有 {plan.cost - away} 户，新结对 {away} 户）；"
            f"{least}。"
        )
    extra = [pair.helper for pair in plan.pairs if pair.is_extra]
    if extra:
        notes.append(f"{_names(extra)} {len(extra)} 户是在应结对户数以外加排的。")
    if plan.spare:
        notes.append(f"{_names(plan.spare)} {len(plan.spare)} 人没有分到户。")
    if plan.leavers:
        notes.append(
            f"{_names(plan.leavers)} {len(plan.leavers)} 人已不在职但仍有结对户，"
            "请用 jingzhun pair end --helper 姓名 --to 接手的人 移交。"
        )
    if import_id is None:
        notes.append("这是试排，没有入账；去掉 --dry-run 入账。")
    else:
        notes.append(
            f"已入账，记为第 {import_id} 号导入；"
            f"不要了可以 jingzhun imports undo {import_id} --why 原因。"
        )
    return notes


def _names(helpers: Sequence[Helper]) -> str:
    names = list(dict.fromkeys(helper.name for helper in helpers))
    return "、".join(names[:10]) + ("等" if len(names) > 10 else "")
