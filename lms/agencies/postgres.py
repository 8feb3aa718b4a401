"""A login role and two schemas of its own for each agency on a PostgreSQL server.

The role owns its schemas and may see no other: a hostile administrator of one agency who found
the database's address would still see one agency. The second schema is for rehearsals.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from lms.core.errors import Conflict, LmsError

REHEARSAL = "_rehearsal"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an agency's tables are: its role, its schema and the role's address."""

    role: str
    schema: str
    url: str


def make_place(admin_url: str, slug: str) -> Place:
    """Make the role and the schemas of an agency, in one transaction.

    Raises Conflict when they are there already, LmsError when the server refuses.
    """
    schema, role, password = schema_name(slug), f"lms_{schema_name(slug)}", secrets.token_hex(24)
    with _administrator(admin_url) as connection:
        _run(
            connection,
            "CREATE ROLE {} LOGIN PASSWORD {}",
            sql.Identifier(role),
            sql.Literal(password),
        )
        # The one who creates a schema for a role must be a member of it.
        _run(connection, "GRANT {} TO CURRENT_USER", sql.Identifier(role))
        for name in (schema, schema + REHEARSAL):
            names = sql.Identifier(name), sql.Identifier(role)
            _run(connection, "CREATE SCHEMA {} AUTHORIZATION {}", *names)
        _close_common_ground(connection, role)
        _run(
            connection,
            "ALTER ROLE {} SET search_path TO {}",
            sql.Identifier(role),
            sql.Identifier(schema),
        )
    url = make_url(admin_url).set(drivername="postgresql", username=role, password=password)
    return Place(role, schema, with_schema(url, schema))


def _close_common_ground(connection: psycopg.Connection, role: str) -> None:
    """Take away what every role has by default: the schema public, and new schemas."""
    database = sql.Identifier(connection.info.dbname)
    if connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'public'").fetchone():
        _run(connection, "REVOKE ALL ON SCHEMA public FROM PUBLIC")
    _run(connection, "REVOKE CREATE, TEMPORARY ON DATABASE {} FROM PUBLIC", database)
    _run(connection, "REVOKE ALL ON DATABASE {} FROM {}", database, sql.Identifier(role))
    _run(connection, "GRANT CONNECT ON DATABASE {} TO {}", database, sql.Identifier(role))


def drop_place(admin_url: str, slug: str) -> None:
    """Remove an agency's role and schemas with all that is in them."""
    schema = schema_name(slug)
    role = sql.Identifier(f"lms_{schema}")
    with _administrator(admin_url) as connection:
        for name in (schema, schema + REHEARSAL):
            _run(connection, "DROP SCHEMA IF EXISTS {} CASCADE", sql.Identifier(name))
        _run(connection, "DROP OWNED BY {}", role)
        _run(connection, "DROP ROLE {}", role)


def schema_name(slug: str) -> str:
    """Give the schema of an agency; no other slug gives the same."""
    return slug.replace("-", "_")


def with_schema(url: URL, schema: str) -> str:
    """Give an address that looks for tables in one schema only."""
    found = url.update_query_dict({"options": f"-csearch_path={schema}"})
    return found.render_as_string(hide_password=False)


def rehearsal_url(url: str) -> str:
    """Give the address of the rehearsal schema beside an agency's own."""
    made = make_url(url)
    schema = str(made.query["options"]).removeprefix("-csearch_path=")
    return with_schema(made, schema + REHEARSAL)


@contextmanager
def _administrator(url: str) -> Iterator[psycopg.Connection]:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        with psycopg.connect(address) as connection:
            yield connection
    except (psycopg.errors.DuplicateObject, psycopg.errors.DuplicateSchema) as error:
        raise Conflict(f"The server has that agency already: {_said(error)}") from error
    except psycopg.Error as error:
        raise LmsError(f"PostgreSQL refused: {_said(error)}") from error


def _said(error: psycopg.Error) -> str:
    return error.diag.message_primary or str(error).strip()


def _run(connection: psycopg.Connection, template: LiteralString, *names: sql.Composable) -> None:
    statement = sql.SQL(template).format(*names)
    connection.execute(statement)
