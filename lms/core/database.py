"""Tables' base, engine, reading and writing sessions, and the start-up durability check.

SQLite has one writer at a time. Writers of one process queue up fairly here instead of sleeping
in SQLite's busy handler, whose unfair naps cost up to a second at the 99th percentile. A writing
session begins with `BEGIN IMMEDIATE`: a transaction that reads first and writes later would be
refused when someone else wrote in between.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pysqlite3.dbapi2
from sqlalchemy import DateTime, Engine, MetaData, create_engine, event, text
from sqlalchemy.engine import URL, Connection, Dialect, make_url
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from lms.core.errors import ConfigError

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=10000",
    "PRAGMA mmap_size=0",
)
# Older versions can corrupt the file when the write-ahead log is reset (fixed 2025).
SAFE_SQLITE = (3, 51, 3)


class Base(DeclarativeBase):
    """The parent of every table of core and plugins."""

    metadata = MetaData(naming_convention=NAMING)


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC: aware in Python, without zone in SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a moment without zone, and store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs a time zone.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give an aware moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Queue:
    """A fair lock: first come, first served; a thread that asks twice is told so."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Event] = deque()
        self._owner: int | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for this thread's turn and hold it."""
        self._enter()
        try:
            yield
        finally:
            self._leave()

    def _enter(self) -> None:
        me = threading.get_ident()
        if self._owner == me:
            raise RuntimeError("A writing session is already open in this thread.")
        with self._guard:
            if self._owner is None and not self._waiting:
                self._owner = me
                return
            ticket = threading.Event()
            self._waiting.append(ticket)
        ticket.wait()
        self._owner = me

    def _leave(self) -> None:
        with self._guard:
            if self._waiting:
                self._owner = 0  # promised to the next one, who wakes up now
                self._waiting.popleft().set()
            else:
                self._owner = None


class Database:
    """One agency's database: `reading()` and `writing()` give sessions."""

    def __init__(self, url: str, *, info: dict[str, Any] | None = None) -> None:
        self.url = make_url(url)
        self.engine = make_engine(self.url)
        self._write_engine = self.engine.execution_options(lms_write=True)
        self._glance_engine = self.engine.execution_options(
            isolation_level="AUTOCOMMIT", lms_glance=True
        )
        self._queue = Queue() if self.engine.dialect.name == "sqlite" else None
        self.info: dict[str, Any] = dict(info or {})
        self.after_commit: Callable[[list[int]], None] | None = None

    @property
    def is_sqlite(self) -> bool:
        """Tell whether this is the embedded database."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that refuses to write."""
        with Session(self.engine, info={**self.info, "read_only": True}) as session:
            yield session

    @contextmanager
    def glancing(self) -> Iterator[Connection]:
        """Open a connection for a single select: without a transaction around it.

        That spares two round trips where thousands ask at once. What needs several statements of
        one mind, or objects, takes `reading()`.
        """
        with self._glance_engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, *, deliver: bool = True) -> Iterator[Session]:
        """Open a writing session: committed at the end, rolled back on an exception.

        Events recorded in it are delivered to inline plugins after the commit unless `deliver`
        is false.
        """
        recorded: list[int] = []
        if self._queue is None:
            with self._transaction(recorded) as session:
                yield session
        else:
            with self._queue.turn(), self._transaction(recorded) as session:
                yield session
        if deliver and recorded and self.after_commit is not None:
            self.after_commit(recorded)

    @contextmanager
    def _transaction(self, recorded: list[int]) -> Iterator[Session]:
        info = {**self.info, "recorded": recorded}
        session = Session(self._write_engine, info=info, expire_on_commit=False)
        with session, session.begin():
            yield session

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


@event.listens_for(Session, "before_flush")
def _refuse_writes_while_reading(session: Session, *_: Any) -> None:
    if session.info.get("read_only") and (session.new or session.dirty or session.deleted):
        raise RuntimeError("Reading never changes anything: open a writing session.")


def make_engine(url: URL) -> Engine:
    """Make an engine with durable settings for SQLite or PostgreSQL."""
    if url.get_backend_name() == "sqlite":
        return _sqlite_engine(url)
    if url.get_backend_name() == "postgresql":
        return create_engine(
            url.set(drivername="postgresql+psycopg"), pool_size=10, max_overflow=20
        )
    raise ConfigError(
        f"Database {url.get_backend_name()!r} is not known; use sqlite or postgresql."
    )


def _sqlite_engine(url: URL) -> Engine:
    engine = create_engine(
        url,
        module=pysqlite3.dbapi2,
        connect_args={"isolation_level": None, "timeout": 10, "check_same_thread": False},
        pool_size=20,
        max_overflow=40,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        for pragma in SQLITE_PRAGMAS:
            connection.execute(pragma).fetchall()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        if not options.get("lms_glance"):
            connection.exec_driver_sql("BEGIN IMMEDIATE" if options.get("lms_write") else "BEGIN")

    return engine


def weak_durability(engine: Engine) -> list[str]:
    """Read the durability settings back; give one sentence for each that may lose answers."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            return _weak_sqlite(connection)
        wanted = ("fsync", "synchronous_commit", "full_page_writes")
        query = text("SELECT current_setting(:name)")
        found = {name: connection.scalar(query, {"name": name}) for name in wanted}
    return [f"PostgreSQL: {name} is {v}, must be on." for name, v in found.items() if v == "off"]


def _weak_sqlite(connection: Connection) -> list[str]:
    problems = []
    version = tuple(int(part) for part in pysqlite3.dbapi2.sqlite_version.split("."))
    if version < SAFE_SQLITE:
        problems.append(f"SQLite {version} can corrupt its log; needs {SAFE_SQLITE} or newer.")
    if connection.exec_driver_sql("PRAGMA journal_mode").scalar() != "wal":
        problems.append("SQLite: journal_mode is not WAL.")
    if connection.exec_driver_sql("PRAGMA synchronous").scalar() != 2:
        problems.append("SQLite: synchronous is not FULL.")
    return problems
