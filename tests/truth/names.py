"""Names of made-up people, with the characters and beginnings that trip readers."""

from random import Random

#: Surnames that begin like sums, roles, notes and titles; rare ones; compound ones.
_SURNAMES = (
    *"赵钱孙李周吴郑王张刘陈杨马妥金单经总校全公院所书会出发教年村分监统必选如请举下学小大合本制审负财备说此以联领盖户示样例",
    "欧阳", "司徒", "公孙", "单于", "诸葛", "㛃", "𬱖", "𠮷",
)  # fmt: skip
_GIVEN = (*"禾明小大华强芳计注页人共总长任示例一二三千万年级班日元男女", "㛃", "𬱖", "思远", "雨桐")
_OTHERS = (
    "阿依古丽·买买提",
    "卓玛·才让",
    "古丽巴哈尔·吐尔逊",
    "买买提·艾力",
    "索南卓玛",
    "阿卜杜拉",
)
#: Words that no list can take for a name.
_WORDS = frozenset(
    {"合计", "小计", "总计", "共计", "年级", "班级", "班长", "校长", "院长", "所长", "示例", "样例",
     "年长", "本人", "户主", "大班", "小班", "全校", "备注", "说明", "学年", "日期", "总务", "学长",
     "会长", "村长", "单元", "公元", "监任", "财会", "如例", "举例", "例一", "例二", "例三", "总人",
     "合共", "全年", "分页", "分班", "选人", "样本", "教班", "负任", "本页", "全班", "教长", "总共"}
)  # fmt: skip


class Names:
    """Draw names; now and then one that somebody has already."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._given: list[str] = []

    def name(self, *, is_other: bool) -> str:
        dice = self._dice
        if self._given and dice.random() < 0.08:
            return dice.choice(self._given)
        if is_other:
            return dice.choice(_OTHERS)
        while True:
            length = 1 if dice.random() < 0.4 else 2
            name: str = dice.choice(_SURNAMES) + "".join(dice.choice(_GIVEN) for _ in range(length))
            if len(name) >= 2 and name not in _WORDS:
                self._given.append(name)
                return name
