"""Words that begin rows about nobody: sums, signatures, notes, examples, hints, sections."""

import re
from collections.abc import Sequence
from typing import Any

ROLE = (
    r"(?:填表|制表|填报|审核|复核|审批|统计|经办|负责|联系|监督|监制|分管|主管|单位负责|学校负责|发放|领款)人?员?|"
    r"校长|园长|院长|所长|书记|主任|村主任|班主任|年级主任|领导|分管领导|主管领导|财务|会计|出纳|总务|教导主任"
)
TOTAL = re.compile(
    r"(?:本[页表班组校村]|全[校班村镇乡县])?(?:合计|小计|总计|共计|累计|总人数|人数)"
    r"(?:金额|人数|户数)?(?:\((?:大写|小写|元)\))?(?:[::].*)?|(?:人民币)?(?:金额)?\(?大写\)?.*|以下空白|以下无正文|"
    r"(?:共|合计|总计|共计)\d+[人户页名个].*|第\d+页.*"
)
SIGNED = re.compile(
    rf"(?:{ROLE})(?:\(?(?:签字|签名|签章|盖章|公章|章)\)?)*[::].*|"
    rf"(?:{ROLE})\(?(?:签字|签名|签章|盖章)\)?.*|"
    r"\(?(?:学校|单位|村委会|公章|单位公章)?\(?(?:盖章|公章)\)?.*|(?:填表|制表|填报|上报|审核|打印)(?:日期|时间|单位).*|"
    r"(?:日期|时间|联系电话|电话|学校|单位)[::].*"
)
BARE_ROLE = re.compile(ROLE)
NOTE = re.compile(
    r"(?:备?注|说明|填[表写报]说明|注意事项|填[表写报]要求)(?:[::\d一二三(].*)?|(?:本表|此表|以上).*"
)
#: What is a tail only where it stands alone in its line, or beside one more cell.
ALONE = re.compile(r"\d{1,2}[、.][^\d].{14,}|20\d{2}年\d{1,2}月\d{1,2}日")
ALONE_CELLS = 2
FIGURE = re.compile(r"[\d,.]+元?")
EXAMPLE = re.compile(
    r"\(?(?:填写)?(?:示例|样例|举例|样表)\d?\)?[::]?|(?:例如|例|范例)[::].*|示例.*|例\d?"
)
EXAMPLE_NAME = re.compile(r".*\((?:示例|样例|例|举例)\)|(?:例|示例|样例)[::].*")
HINT = re.compile(r"(?:必填|选填|必须|请填|请选|如[::]|例如|格式|下拉|填写|不填).*")
NUMBERING = re.compile(
    r"(?:[一二三四五六七八九十]{1,3}|\d{1,2}|\([一二三四五六七八九十\d]{1,2}\))[、..:].*|第[一二三四五六七八九十]+[部批组].*"
)
#: 一, (二) or 三、校舍建设 where the rows themselves are numbered 1, 2, 3.
SECTION = re.compile(r"\(?[一二三四五六七八九十]{1,3}\)?(?:[、.:](.*))?")


def is_sum(text: str) -> bool:
    """Say whether normalised text is the label of a sum: 合计, 本页小计, 合计金额(大写)."""
    return TOTAL.fullmatch(text) is not None


def is_tail(text: str, *, alone: bool = True) -> bool:
    """Say whether a text begins a sum, a signature or a note; ``alone``: with nearly no others."""
    patterns = (TOTAL, SIGNED, NOTE, ALONE) if alone else (TOTAL, SIGNED, NOTE)
    return any(pattern.fullmatch(text) for pattern in patterns)


def counts_up(cells: Sequence[Any]) -> bool:
    """Say whether cells are 1, 2, 3 and so on, three of them at least."""
    numbers = [f"{cell:g}" if isinstance(cell, float) else str(cell).strip() for cell in cells]
    return len(numbers) >= 3 and numbers == [str(at) for at in range(1, len(numbers) + 1)]
