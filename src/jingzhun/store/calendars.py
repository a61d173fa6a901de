"""The ledger's calendars: holidays as published, and what was set for all schools or for one.

What is published stands in ``policies.holidays``, which the caller hands in.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property

from sqlalchemy import Connection, select

from jingzhun.core.calendar import Holidays, MonthCalendars, MonthDays, school_days
from jingzhun.core.teaching import Settings, Teaching, Word, settings_of
from jingzhun.core.terms import Month, Term
from jingzhun.store.schema import CalendarWord, School

#: Gives the years' holidays that months lie in, as far as they are published.
HolidaysFor = Callable[[Iterable[Month]], Mapping[int, Holidays]]


class Calendars:
    """When a ledger's schools teach; ``known_at`` leaves out what was set after a moment."""

    def __init__(
        self,
        connection: Connection,
        holidays_for: HolidaysFor,
        *,
        known_at: datetime | None = None,
    ) -> None:
        self._connection = connection
        self._holidays_for = holidays_for
        query = select(CalendarWord).order_by(CalendarWord.id)
        if known_at is not None:
            query = query.where(CalendarWord.recorded_at <= known_at)
        columns = query.with_only_columns(*CalendarWord.__table__.c)
        self._words = [
            Word(
                said=Teaching.coded(row.said),
                school=row.school,
                term=Term.parse(row.term) if row.term else None,
                first=row.first_day,
                last=row.last_day,
                reason=row.reason,
            )
            for row in connection.execute(columns)
        ]
        self._months: dict[Month, MonthCalendars] = {}
        self._settings: dict[str, Settings] = {}

    @cached_property
    def own_names(self) -> Mapping[str, int]:
        """The schools of which something was set, with their ids."""
        names = {word.school for word in self._words if word.school}
        if not names:
            return {}
        query = select(School.name, School.id).where(School.name.in_(names))
        return {row.name: row.id for row in self._connection.execute(query)}

    def settings(self, school: str = "") -> Settings:
        """Give what is set for a school, by its name, or for all ("")."""
        if school not in self._settings:
            self._settings[school] = settings_of(self._words, school)
        return self._settings[school]

    def in_month(self, month: Month) -> MonthCalendars:
        """Give a month's days, and those of the schools that teach on other days."""
        if month not in self._months:
            general = self._days(month)
            own = {id_: self._days(month, name) for name, id_ in self.own_names.items()}
            differing = {id_: days for id_, days in own.items() if days.days != general.days}
            self._months[month] = MonthCalendars(general=general, own=differing)
        return self._months[month]

    def at_school(self, month: Month, school: str | None = None) -> MonthDays:
        """Give a month's days at the school of a name.

        A list that names none may be of any: a day is taught that is so at some school.
        """
        calendars = self.in_month(month)
        if school is not None:
            return calendars.of(self.own_names.get(school.strip()))
        return calendars.anywhere

    def _days(self, month: Month, school: str = "") -> MonthDays:
        return school_days(month, self._holidays_for([month]), self.settings(school))
