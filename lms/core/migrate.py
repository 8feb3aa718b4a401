"""Migrations: the core's branch and each plugin's branch, for one agency's database.

What is pending is read from the revision files without Alembic, since a web process asks for it
too; Alembic (slow to import) is loaded only when something is to be changed.
"""

from __future__ import annotations

import importlib
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, text

from lms.core.database import make_engine
from lms.core.errors import Conflict, PluginError
from lms.core.plugins import Found, discover, load_plugin
from lms.core.resources import bundled
from lms.core.revisions import (
    CORE,
    Branch,
    Revision,
    branches,
    core_branch,
    plugin_branch,
    revisions,
)

try:
    import fcntl
except ImportError:  # on Windows two upgrades at once are the administrator's care
    fcntl = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from alembic.config import Config

    from lms.core.database import Database
    from lms.core.site import Site

LOCK_FILE = ".upgrade.lock"
CORE_MODELS = (
    "lms.core.audit",
    "lms.core.hooks.models",
    "lms.core.exports",
    "lms.core.jobs",
    "lms.core.messages.models",
    "lms.core.learning.models",
    "lms.core.people.models",
    "lms.core.settings",
)


# -- where a database stands ---------------------------------------------------------------------


def current(site: Site) -> list[str]:
    """Give the revisions that stand in the database, sorted; empty for a new one."""
    return stamped(site.database)


def stamped(database: Database) -> list[str]:
    """Give what Alembic wrote down in a database."""
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return []
        rows = connection.scalars(text("SELECT version_num FROM alembic_version"))
        return sorted(rows)


def pending(site: Site) -> list[str]:
    """Give the revisions that the site still needs, in order; empty when all is done.

    Raises PluginError when the database holds tables of a plugin that is not installed, Conflict
    when it was made by a newer version.
    """
    wanted = branches(site.registry.plugins.values())
    known = {each.id: each for branch in _installed(site, wanted) for each in revisions(branch)}
    done = _with_needs(current(site), known)
    names = {branch.name for branch in wanted}
    return [name for name, each in known.items() if each.branch in names and name not in done]


def _with_needs(heads: Iterable[str], known: dict[str, Revision]) -> set[str]:
    """Give the heads and all that came before them."""
    done: set[str] = set()
    waiting = list(heads)
    while waiting:
        name = waiting.pop()
        if name not in done:
            done.add(name)
            waiting += known[name].needs
    return done


def _installed(site: Site, wanted: list[Branch]) -> list[Branch]:
    """Give the wanted branches and those of plugins that are switched off but left tables."""
    result = {branch.name: branch for branch in wanted}
    there: dict[str, Found] | None = None
    for revision in current(site):
        name = revision.rpartition("_")[0]
        if name not in result:
            there = discover(site.folder) if there is None else there
            result[name] = _branch_left_behind(name, there)
        if revision not in {each.id for each in revisions(result[name])}:
            raise Conflict(
                f"The database of {site.slug} holds revision {revision}, which this version does "
                "not know: it was made by a newer one. Install that one again."
            )
    return list(result.values())


def _branch_left_behind(name: str, there: dict[str, Found]) -> Branch:
    branch = plugin_branch(load_plugin(there[name])) if name in there else None
    if branch is None:
        raise PluginError(
            name,
            "has tables in the database but is not installed. Install it again, or, with it "
            "still installed, remove its tables first.",
        )
    return branch


# -- changing a database -------------------------------------------------------------------------


def upgrade(site: Site, *, on_step: Callable[[str], None] | None = None) -> list[str]:
    """Bring a site's database up to date; give the revisions that were applied, in order.

    Each revision is one transaction: an interrupted upgrade goes on where it stopped.
    """
    wanted = branches(site.registry.plugins.values())
    applied: list[str] = []

    def note(step: Any, **_: Any) -> None:
        applied.append(str(step.up_revision_id))
        if on_step is not None:
            on_step(applied[-1])

    with _connection(site.database) as connection, _alone(site, connection):
        names = {revision.rpartition("_")[0] for revision in pending(site)}
        locations = _installed(site, wanted)
        for branch in (branch for branch in wanted if branch.name in names):
            _run("upgrade", _config(locations, connection, on_apply=note), f"{branch.name}@head")
    return applied


@contextmanager
def _alone(site: Site, connection: Connection) -> Iterator[None]:
    """Let a second upgrade of the same agency wait, then find nothing to do."""
    if not site.database.is_sqlite:
        # Held by the connection, whatever is committed meanwhile.
        connection.exec_driver_sql("SELECT pg_advisory_lock(hashtext(current_schema()))")
        connection.commit()
        yield
        return
    with (site.folder / LOCK_FILE).open("w") as file:
        if fcntl is not None:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def downgrade_plugin(site: Site, name: str) -> None:
    """Remove a plugin's tables and all that is in them; raises PluginError for the core."""
    if name == CORE:
        raise PluginError(name, "cannot be removed.")
    locations = _installed(site, branches(site.registry.plugins.values()))
    if name not in {branch.name for branch in locations}:
        raise PluginError(name, "has no tables here.")
    with _connection(site.database) as connection:
        _run("downgrade", _config(locations, connection), f"{name}@base")


def _run(command: str, config: Config, *arguments: str) -> None:
    from alembic import command as commands

    getattr(commands, command)(config, *arguments)


def _config(locations: Iterable[Branch], connection: Connection, **attributes: Any) -> Config:
    """Make Alembic's configuration; nothing of it stands in a file."""
    from alembic.config import Config

    config = Config(cmd_opts=Namespace(quiet=True))
    options = {
        "script_location": str(bundled("migrations")),
        "path_separator": "newline",
        "version_locations": "\n".join(str(branch.folder) for branch in locations),
        "file_template": "%(rev)s_%(slug)s",
    }
    for key, value in options.items():
        config.set_main_option(key, value.replace("%", "%%"))
    config.attributes.update(connection=connection, **attributes)
    return config


@contextmanager
def _connection(database: Database) -> Iterator[Connection]:
    """Open a connection of its own: SQLite copies tables, which foreign keys would hinder."""
    engine = make_engine(database.url)
    try:
        with engine.execution_options(lms_write=True).connect() as connection:
            if database.is_sqlite:
                _switch_foreign_keys_off(connection)
            yield connection
            if database.is_sqlite:
                _refuse_broken_keys(connection)
    finally:
        engine.dispose()


def _switch_foreign_keys_off(connection: Connection) -> None:
    # On the driver's own connection: inside a transaction SQLite ignores this.
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF").fetchall()


def _refuse_broken_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = ", ".join(sorted({str(row[0]) for row in broken}))
        raise Conflict(f"The migration left rows that point to nothing, in: {tables}.")


# -- writing a new revision ----------------------------------------------------------------------


def new_revision(branch: Branch, message: str, database: Database) -> Path | None:
    """Compare a branch's tables with an empty database at its head and write what differs.

    `database` is thrown away by the caller. Gives the new file, None when nothing differs.
    """
    for module in CORE_MODELS:
        importlib.import_module(module)
    known = revisions(branch)
    core = revisions(core_branch())
    locations = [core_branch(), *([] if branch.name == CORE else [branch])]
    first = not known
    depends_on = core[-1].id if first and branch.name != CORE and core else None
    with _connection(database) as connection:
        config = _config(locations, connection, branch=branch.name)
        for location in locations:
            if revisions(location):
                _run("upgrade", config, f"{location.name}@head")
        return _write_revision(config, branch, message, len(known) + 1, depends_on)


def _write_revision(
    config: Config, branch: Branch, message: str, number: int, depends_on: str | None
) -> Path | None:
    from alembic import command

    branch.folder.mkdir(parents=True, exist_ok=True)
    first = number == 1
    script = command.revision(
        config,
        message,
        autogenerate=True,
        head="base" if first else f"{branch.name}@head",
        branch_label=branch.name if first else None,
        version_path=str(branch.folder),
        rev_id=f"{branch.name}_{number:04}",
        depends_on=depends_on,
        process_revision_directives=_drop_empty,
    )
    return None if script is None or isinstance(script, list) else Path(script.path)


def _drop_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    if directives[0].upgrade_ops.is_empty():
        directives.clear()
