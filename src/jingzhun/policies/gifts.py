"""One-to-one gifts 一对一捐助, as a scheme that no pack computes.

What a donor gives for one pupil goes to that pupil whole. As a scheme it is approved, paid, booked
and shown like any other aid; its lines come from receipts (``funds.gifts``).
"""

from datetime import date

from jingzhun.core.policy import Pack, Scheme, Share, Split, Version
from jingzhun.core.vocabulary import Confidence, Delivery, Unit

GIFT = "gift"
#: Who gives it, as the chart of accounts names the source.
GIFT_SOURCE = "社会捐赠"
_TITLE = "一对一捐助"

GIFTS = Pack(
    name="gifts",
    title=_TITLE,
    schemes=(
        Scheme(
            key=GIFT,
            title=_TITLE,
            versions=(
                Version(
                    starts=date(1990, 1, 1),
                    said_from="1990-01-01",
                    document="捐赠人与学校的约定",
                    confidence=Confidence.CONFIRMED,
                    clause="捐赠人指定给某一名学生的款，全数给该生。",
                    unit=Unit.MONTH,
                    delivery=Delivery.CARD,
                    conditions=(),
                    rates=(),
                    splits=(Split(shares=(Share(source=GIFT_SOURCE, weight=1),)),),
                ),
            ),
        ),
    ),
)
