"""Alembic's entry: runs or compares migrations on the connection that `lms.core.migrate` gives.

It is never run by the `alembic` command: which branches exist depends on the agency's plugins.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy.sql.schema import SchemaItem

from lms.core.database import Base, UtcDateTime

attributes = context.config.attributes
branch: str | None = attributes.get("branch")


def belongs(name: str | None, kind: str, _parents: Any = None) -> bool:
    """Limit a comparison to one branch by the prefix of its tables."""
    if kind != "table" or branch is None:
        return True
    return name is not None and name.startswith(f"{branch}_")


def include(_item: SchemaItem, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    """Do the same for tables that the models have."""
    return belongs(name, kind)


def render(kind: str, item: Any, autogen: Any) -> str | bool:
    """Write our own column type by its name."""
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen.imports.add("from lms import UtcDateTime")
        return "UtcDateTime()"
    return False


context.configure(
    connection=attributes["connection"],
    target_metadata=Base.metadata,
    include_name=belongs,
    include_object=include,
    render_item=render,
    render_as_batch=True,
    # Our SQLite engine begins explicitly, so that its DDL is part of the transaction too.
    transactional_ddl=True,
    transaction_per_migration=True,
    on_version_apply=attributes.get("on_apply"),
)
with context.begin_transaction():
    context.run_migrations()
