"""Write the newest migration anew from the models: ``python docs/renew_migration.py``.

A released migration never changes; the newest is written over and over until its release. What the
models have beyond the migration before it becomes its ``upgrade``; what stands there below a line
``# By hand`` stays. Look at the result.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

from jingzhun.store.schema import Base

FOLDER = Path(__file__).parent.parent / "migrations"


def main() -> None:
    """Write the body of the newest migration."""
    newest = max((FOLDER / "versions").glob("[0-9]*.py"))
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/before.db")
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, f"{int(newest.name[:4]) - 1:04d}")
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            script = produce_migrations(context, Base.metadata)
        engine.dispose()
    ops = script.upgrade_ops_list[0]
    body = render_python_code(ops, render_as_batch=True)
    # The models name SQLite's condition alone: naming PostgreSQL's would load its dialect, 20 ms.
    where = r"""sqlite_where=(sa\.text\((["']).*?\2\))"""
    body = re.sub(where, r"sqlite_where=\1, postgresql_where=\1", body)
    text = newest.read_text(encoding="utf-8")
    by_hand = re.search(r"\n    # By hand.*", text, flags=re.DOTALL)
    head = re.split(r"^def upgrade\(\)", text, maxsplit=1, flags=re.MULTILINE)[0]
    tail = by_hand[0] if by_hand else ""
    newest.write_text(f"{head}def upgrade() -> None:\n    {body.strip()}\n{tail}", encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", newest], check=True)  # noqa: S603 - ours
    print(newest)


if __name__ == "__main__":
    main()
