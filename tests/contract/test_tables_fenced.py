"""The database obeys the import rule: a plugin's table points to its own and to core's alone."""

from __future__ import annotations

import pytest

from lms.config import BUILTIN_PLUGINS
from lms.core.database import Base
from lms.core.site import Site


def test_foreign_keys_stay_inside_their_plugin(site: Site) -> None:
    for table in Base.metadata.tables.values():
        owner = table.name.partition("_")[0]
        assert owner in ("core", *BUILTIN_PLUGINS), table.name
        for key in table.foreign_keys:
            target = key.column.table.name.partition("_")[0]
            assert target in ("core", owner), f"{table.name} points to {key.column.table.name}"


@pytest.mark.parametrize("owner", ["core", *BUILTIN_PLUGINS])
def test_every_owner_has_tables(owner: str, site: Site) -> None:
    """The negative control: the walk above really sees each plugin's tables."""
    assert any(name.startswith(f"{owner}_") for name in Base.metadata.tables)


def test_migrations_make_what_the_models_say(site: Site) -> None:
    """Alembic finds no difference between the migrated tables and the models."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with site.database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, Base.metadata)
    assert [d for d in differences if "alembic_version" not in str(d)] == []
