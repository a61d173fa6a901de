"""Invented names, places, numbers: nothing in the samples belongs to anybody.

Region code 629999 was never given out and phones begin with the unassigned 1990000, so that no id
number and no phone of the samples can be a real one.
"""

from datetime import date, timedelta
from random import Random

PROVINCE, COUNTY, TOWNSHIP = "西川省", "青禾县", "云岭镇"
PRIMARY = "青禾县云岭镇中心小学"
JUNIOR = "青禾县云岭镇初级中学"
KINDERGARTEN = "青禾县云岭镇幼儿园"
UNIT = "青禾农业技术学院"
#: Villages with the number of listed households in each: 412 together.
VILLAGES = {
    "柳河村": 76,
    "石桥沟村": 56,
    "松林村": 81,
    "白杨湾村": 54,
    "南坪村": 79,
    "清水塬村": 66,
}
REGION = "629999"

_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙马朱胡林何高梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏"
    "薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎"
    "易常武乔贺赖龚文"
)
_BOYS = "志强伟军勇杰涛明超刚平辉鹏飞宇浩然子轩博文俊豪建国海波天佑家乐成才永福旭阳晓东"
_GIRLS = "秀英丽娟敏静婷雪梅芳燕玲霞慧欣怡雨涵梦瑶佳琪诗晴玉兰春花巧云思雅若彤晨曦"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(born_on: date, order: int) -> str:
    """Make the id number of a birth date; an odd ``order`` (0-999) is a man's."""
    body = f"{REGION}{born_on:%Y%m%d}{order:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


class Namer:
    """Give names, id numbers and phones, none of them twice where that matters."""

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._orders: dict[tuple[date, str], int] = {}
        self._phones = 0

    def surname(self) -> str:
        """Give a surname; the first ones are the commonest."""
        return _SURNAMES[min(self._dice.randrange(len(_SURNAMES)) for _ in range(2))]

    def name(self, sex: str, surname: str = "") -> str:
        """Give a name of two or three characters."""
        given = _BOYS if sex == "男" else _GIRLS
        count = 1 if self._dice.random() < 0.15 else 2
        return (surname or self.surname()) + "".join(self._dice.sample(given, count))

    def number(self, born_on: date, sex: str) -> str:
        """Give an id number that nobody else has."""
        order = self._orders.get((born_on, sex), 0)
        self._orders[born_on, sex] = order + 1
        return id_number(born_on, 10 + 2 * order + (1 if sex == "男" else 0))

    def phone(self) -> str:
        """Give the next phone."""
        self._phones += 1
        return f"1990000{self._phones:04d}"

    def day(self, first: date, last: date) -> date:
        """Give a day between two days, both included."""
        return first + timedelta(self._dice.randrange((last - first).days + 1))
