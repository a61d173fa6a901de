"""Numbers of bank cards: whether the last digit fits the others."""

import re

# 银联 cards; passbooks 一折通 and the cards of some rural banks have no check digit.
_CARD = re.compile(r"62[0-9]{14,17}")


def fails_check(account: str) -> bool:
    """Say whether an account is a 银联 card number whose check digit is wrong.

    Source: ISO/IEC 7812-1, annex B (Luhn). Of an account that is no such card nothing is known.
    """
    if not _CARD.fullmatch(account):
        return False
    digits = [int(digit) for digit in reversed(account)]
    doubled = (sum(divmod(2 * digit, 10)) for digit in digits[1::2])
    return (sum(digits[::2]) + sum(doubled)) % 10 != 0
