"""The documents of a case, to print and sign: 家访记录表, 劝返复学通知书, 书面报告.

Each is made of the case as it stands on a day and of what lists say of the child; what nobody knows
stays a line to write on. The letter names no id number; the two others mask it unless told.
Source: 义务教育法 第11条 and 第58条, 未成年人保护法 第28条 and 第83条; the days of the steps are
those of ``policies/dropout.toml``.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from jingzhun.core.paper import BLANK, BLANK_DAY, PARTS, Box, Grid, Paper, Style, Text, labelled
from jingzhun.core.report_vocabulary import CasePaper
from jingzhun.core.table import ColumnKind
from jingzhun.core.vocabulary import GRADE_LABELS, CaseAction, DropoutKind
from jingzhun.reports.children.case_file import CaseFile, Done
from jingzhun.reports.children.casework import CaseOn

_SHORT_DAY = "　　　　年　　月　　日"
# Lines of boxes to tick, none longer than a box of ten parts is wide.
_MET = "□学生本人　□父亲　□母亲　□祖父母　□家中无人　□其他＿＿＿＿"
_WHERE = (
    "□在家　□在外地，地点＿＿＿＿＿＿　□在务工，单位＿＿＿＿＿＿\n"
    "□在其他学校，校名＿＿＿＿＿＿＿＿　□不知去向"
)
_REASONS = (
    "□厌学　□学习有困难　□外出务工　□因病　□因残　□早婚\n"
    "□家庭经济困难　□上学远　□已转学，未办手续　□其他＿＿＿＿＿"
)
_AGREED = (
    "□＿＿月＿＿日到校　□申请资助　□送教上门　□交来就读证明\n"
    "□办理休学或延缓入学（附医院证明）　□其他＿＿＿＿＿＿＿\n"
    "□不愿上学，理由＿＿＿＿＿＿＿＿＿＿＿＿＿＿＿"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The day on the paper, and the days after a case is begun by which each step is due."""

    today: date
    step_days: Mapping[str, int]


def paper_of(kind: CasePaper, file: CaseFile, setting: Setting) -> Paper:
    """Give one document of one case."""
    title, blocks = _PAPERS[kind]
    return Paper(
        title=title(file),
        name=f"{file.case.number}号 {file.case.name}",
        blocks=list(blocks(file, setting)),
        points=13 if kind is CasePaper.LETTER else 12,
    )


# --- 家访记录表 -------------------------------------------------------------------------------


def _visit(file: CaseFile, setting: Setting) -> Iterator[Text | Grid]:
    case = file.case
    yield Text(style=Style.RIGHT, text=_number(file, setting))
    yield Grid(rows=[*_child(file, setting), labelled(("已做的工作", _so_far(file), 10), lines=2)])
    due = case.begun_on + timedelta(setting.step_days[CaseAction.VISIT.value])
    yield Text(style=Style.HEADING, text=f"家访情况（应在{_words(due)}前完成，以下当场填写）")
    yield Grid(
        rows=[
            labelled(("家访时间", f"{_SHORT_DAY}　　时", 5), ("家访人", "", 3)),
            labelled(("见到的人", _MET, 10)),
            labelled(("孩子在哪里", _WHERE, 10), lines=2),
            labelled(("没有上学的原因", _REASONS, 10), lines=2),
            labelled(("家庭困难和要求", "", 10), lines=3),
            labelled(("谈话情况", "", 10), lines=5),
            labelled(("商定的办法", _AGREED, 10), lines=3),
            labelled(("家长（监护人）签字", "", 4), ("学生签字", "", 4), lines=2),
            labelled(("家访人签字", "", 4), ("村（居）委会见证", "", 4), lines=2),
        ]
    )
    yield Text(
        style=Style.NOTE,
        text="本表存入“一人一案”档案。身体原因不能上学的，家长凭医院证明申请休学或延缓入学，由乡镇"
        "人民政府或县级教育行政部门批准（《义务教育法》第十一条）；未经批准的不算。",
    )


# --- 劝返复学通知书 ---------------------------------------------------------------------------


def _letter(file: CaseFile, setting: Setting) -> Iterator[Text | Grid]:
    case = file.case
    yield Text(style=Style.RIGHT, text=_number(file, setting))
    yield Text(style=Style.FLUSH, text=f"{file.guardian or BLANK} 家长（监护人）：")
    yield Text(style=Style.PARAGRAPH, text=f"{_gone(file, setting)}{_tried(file)}")
    yield Text(
        style=Style.PARAGRAPH,
        text="上学是孩子的权利，送孩子上学是父母和监护人的法定义务。《中华人民共和国义务教育法》"
        "第十一条规定：凡年满六周岁的儿童，其父母或者其他法定监护人应当送其入学接受并完成义务教育。",
    )
    yield Text(
        style=Style.PARAGRAPH,
        text=f"请您在{_deadline(file, setting)}前送孩子到校上课。孩子学习跟不上的，学校安排老师"
        "帮助；家庭经济困难的，按国家政策给予资助；身体原因不能上学的，请带医院证明来校办理休学或"
        "延缓入学；已在别的学校就读的，请把就读证明交给学校。",
    )
    yield Text(
        style=Style.PARAGRAPH,
        text="到期没有到校又没有正当理由的，学校将依照《中华人民共和国未成年人保护法》第二十八条"
        "书面报告教育行政部门，由乡镇人民政府或者县级教育行政部门依照《中华人民共和国义务教育法》"
        "第五十八条给予批评教育，责令限期改正。",
    )
    yield Text(
        style=Style.FLUSH,
        text=f"　　学校联系人：{case.keeper or BLANK}　　　电话：＿＿＿＿＿＿＿＿＿＿",
    )
    yield from _signed(file, setting)
    yield Text(style=Style.CUT)
    yield Text(style=Style.TITLE, text="回执")
    yield Text(
        style=Style.PARAGRAPH,
        text=f"{case.school or '学校'}：关于{case.name}的《{_letter_title(file)}》"
        f"（{_number(file, setting)}）已收到。",
    )
    yield Text(style=Style.PARAGRAPH, text=f"□ 孩子将在{BLANK_DAY}到校。")
    yield Text(style=Style.PARAGRAPH, text=f"□ 不能到校，原因：{'＿' * 22}")
    yield Grid(
        rows=[
            labelled(("家长签字或按手印", "", 4), ("与学生关系", "", 4), lines=2),
            labelled(("送达人签字", "", 4), ("送达日期", _SHORT_DAY, 4)),
            labelled(("见证人签字", "", 4), ("家长电话", "", 4)),
        ]
    )


def _letter_title(file: CaseFile) -> str:
    is_first = file.case.kind is DropoutKind.NEVER_ENROLLED
    return "劝学入学通知书" if is_first else "劝返复学通知书"


def _deadline(file: CaseFile, setting: Setting) -> str:
    """Give the day by which the school reports in writing; a line to write on once it is past."""
    day = file.case.begun_on + timedelta(setting.step_days[CaseAction.REPORT.value])
    return _words(day) if day > setting.today else BLANK_DAY


# --- 书面报告 ---------------------------------------------------------------------------------


def _report(file: CaseFile, setting: Setting) -> Iterator[Text | Grid]:
    yield Text(style=Style.RIGHT, text=_number(file, setting))
    yield Text(style=Style.FLUSH, text=f"{file.county or '＿＿＿＿县（市、区）'}教育局：")
    yield Text(
        style=Style.PARAGRAPH,
        text="《中华人民共和国未成年人保护法》第二十八条规定，学校应当对尚未完成义务教育的辍学"
        "未成年学生进行登记并劝返复学；劝返无效的，应当及时向教育行政部门书面报告。"
        f"现将{_pupil(file)}的情况报告如下。",
    )
    yield Text(style=Style.HEADING, text="一、学生情况")
    yield Grid(rows=_child(file, setting))
    yield Text(style=Style.HEADING, text="二、劝返经过")
    yield Grid(rows=_ladder(file))
    yield Text(style=Style.HEADING, text="三、没有到校的原因")
    told = f"{file.reason}。" if file.reason else ""
    yield Grid(rows=[[Box(value=told, parts=PARTS, lines=2)]])
    yield Text(style=Style.HEADING, text="四、请求")
    yield Text(
        style=Style.PARAGRAPH,
        text="该生经劝返至今没有到校。请贵局依照《中华人民共和国未成年人保护法》第八十三条、"
        "《中华人民共和国义务教育法》第五十八条，责令其父母或者其他监护人送其入学，并协调"
        f"{file.township or '乡镇'}人民政府和村（居）民委员会共同劝返。学校随时接收该生上学。",
    )
    yield Text(style=Style.PARAGRAPH, text="附：家访记录表、通知书回执。")
    yield from _signed(file, setting, "校长（签字）：＿＿＿＿＿＿　　　")
    yield Grid(rows=[labelled(("教育局签收人", "", 4), ("签收日期", _SHORT_DAY, 4))])


def _ladder(file: CaseFile) -> list[list[Box]]:
    head = [("日期", 2), ("方式", 2), ("谁去的", 3), ("结果", 5)]
    rows = [[Box(value=title, parts=parts, is_label=True) for title, parts in head]]
    for each in file.done:
        values = (each.on.isoformat(), each.what.label, each.who or "", each.words or "")
        rows.append(
            [Box(value=value, parts=parts) for value, (_, parts) in zip(values, head, strict=True)]
        )
    if not file.done:
        rows.append([Box(value="", parts=parts, lines=2) for _, parts in head])
    return rows


# --- what the three share -------------------------------------------------------------------------


def _child(file: CaseFile, setting: Setting) -> list[list[Box]]:
    case = file.case
    relation = f"（{file.guardian_relation}）" if file.guardian_relation else ""
    family = "、".join(category.label for category in file.categories)
    groups = "、".join(group.label for group in file.groups)
    since = f"{case.since.isoformat()}（{_days(case, setting)} 天）"
    return [
        labelled(
            ("姓名", case.name, 2),
            ("性别", file.sex.label if file.sex else "", 2),
            ("出生日期", file.born_on.isoformat() if file.born_on else "", 2),
        ),
        [
            *labelled(("学校", case.school, 4)),
            Box(value="身份证件号", parts=2, is_label=True),
            Box(value=case.id_number, parts=4, kind=ColumnKind.ID),
        ],
        labelled(("年级班级", _class(file), 4), ("包保人", case.keeper, 4)),
        labelled(("监护人", f"{file.guardian or ''}{relation}", 4), ("联系电话", file.phone, 4)),
        labelled(("家庭住址", file.address, 10)),
        labelled(("户类别", family, 4), ("重点群体", groups, 4)),
        labelled(("情形", case.kind.label, 4), ("起算日", since, 4)),
    ]


def _class(file: CaseFile) -> str:
    grade = GRADE_LABELS.get(file.grade or 0, "")
    return f"{grade}{f'{file.class_no}班' if file.class_no else ''}"


def _so_far(file: CaseFile) -> str:
    return "\n".join(
        f"{each.on.isoformat()} {each.what.label}{f'（{each.who}）' if each.who else ''}"
        f"{f'：{each.words}' if each.words else ''}"
        for each in file.done
    )


def _gone(file: CaseFile, setting: Setting) -> str:
    """Say since when the child is gone, in the words of its kind."""
    case = file.case
    since, whose = _words(case.since), f"您的孩子{_pupil(file)}"
    if case.kind is DropoutKind.NEVER_ENROLLED:
        return f"您的孩子{case.name}已到入学年龄，应在{since}入学，至今没有在学校就读。"
    if case.kind is DropoutKind.SUSPENSION_EXPIRED:
        return f"{whose}休学已在{since}期满，至今没有办理复学。"
    if case.kind is DropoutKind.LEFT_WITHOUT_RECEIVER:
        return f"{whose}在{since}离校，学校至今没有见到其他学校接收的证明。"
    return f"{whose}从{since}起没有到校上课，到今天已有 {_days(case, setting)} 天。"


def _days(case: CaseOn, setting: Setting) -> int:
    """Count the days gone as the lists of names do: the first and the last are among them."""
    return (setting.today - case.since).days + 1


def _tried(file: CaseFile) -> str:
    """Say in a clause what the school has done so far."""
    if not file.done:
        return ""
    told = "、".join(_step(each) for each in file.done[-4:])
    return f"老师已{told}，孩子仍没有到校。"


def _step(each: Done) -> str:
    return f"在{each.on.month}月{each.on.day}日{each.what.label}"


def _pupil(file: CaseFile) -> str:
    place = _class(file)
    return f"{file.case.name}{f'（{place}）' if place else ''}"


def _number(file: CaseFile, setting: Setting) -> str:
    return f"控辍保学〔{setting.today.year}〕第 {file.case.number} 号"


def _signed(file: CaseFile, setting: Setting, signer: str = "") -> Iterator[Text]:
    yield Text(style=Style.RIGHT, text=f"{signer}{file.case.school or BLANK}（盖章）")
    yield Text(style=Style.RIGHT, text=_words(setting.today))


def _words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


_Blocks = Callable[[CaseFile, Setting], Iterator[Text | Grid]]
_PAPERS: Mapping[CasePaper, tuple[Callable[[CaseFile], str], _Blocks]] = {
    CasePaper.VISIT: (lambda _file: "控辍保学家访记录表", _visit),
    CasePaper.LETTER: (_letter_title, _letter),
    CasePaper.REPORT: (lambda file: f"关于{file.case.name}没有到校情况的书面报告", _report),
}
