"""Read a report as a program does: through its JSON."""

import json
from datetime import date
from typing import Any

from jingzhun.core.page import Page
from jingzhun.render.plain import json_chunks
from jingzhun.reports import ReportOptions, report_named
from tests.builders import TODAY, World


def read(world: World, name: str, *, as_of: date = TODAY, **options: Any) -> Any:
    """Give a report's JSON with full ids."""
    world.session.flush()
    page = report_named(name).build(world.session, ReportOptions(as_of=as_of, **options))
    return page_facts(page)


def page_facts(page: Page) -> Any:
    """Give a page's JSON with full ids."""
    return json.loads("".join(json_chunks(page, show_ids=True)))
