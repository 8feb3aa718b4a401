"""A content pack written from an agency loads again without a change, here and elsewhere."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.content import load_pack
from lms.core.errors import Conflict
from lms.core.learning.packing import export_pack
from lms.core.migrate import upgrade
from lms.core.people.models import Position
from lms.core.site import Site
from lms.core.toml import to_toml
from tests.conftest import make_site

names = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
scalars = names | st.integers(-(2**62), 2**62) | st.booleans() | st.floats(allow_nan=False)
values = scalars | st.lists(names, max_size=4) | st.dictionaries(names, scalars, max_size=3)
rows = st.lists(st.dictionaries(names, values, min_size=1, max_size=4), min_size=1, max_size=3)
tables = st.dictionaries(names, values | rows, max_size=5)


@given(tables)
def test_written_toml_reads_back_as_it_was(data: dict[str, Any]) -> None:
    assert tomllib.loads(to_toml(data)) == data


def test_toml_has_no_word_for_nothing() -> None:
    with pytest.raises(TypeError, match="None"):
        to_toml({"a": None})


@pytest.fixture
def empty(core: Site, tmp_path: Path) -> Iterator[Site]:
    """An agency with tables and nothing in them."""
    url = f"sqlite:///{tmp_path / 'kosong.db'}"
    made = make_site(tmp_path / "kosong", url, core.clock, plugins=())
    upgrade(made)
    yield made
    made.database.close()


def write(site: Site, folder: Path) -> dict[str, int]:
    with site.database.reading() as session:
        return export_pack(session, folder)


def load(site: Site, folder: Path) -> dict[str, int]:
    with site.database.writing() as session:
        return load_pack(session, folder)


def files(folder: Path) -> dict[str, str]:
    found = folder.rglob("*.toml")
    return {path.relative_to(folder).as_posix(): path.read_text() for path in found}


def test_exported_pack_changes_nothing_when_loaded_again(core: Site, tmp_path: Path) -> None:
    folder = tmp_path / "paket"
    assert write(core, folder) == {"frameworks": 3, "standards": 3, "rules": 6}
    assert load(core, folder) == {"frameworks": 0, "standards": 0, "rules": 0}


def test_exported_pack_makes_an_equal_agency(core: Site, empty: Site, tmp_path: Path) -> None:
    with core.database.writing() as session:  # two posts of one name, one of them excepted
        session.add(Position(name="Pranata Komputer Ahli Pertama", kind="x", level="pemula"))
    write(core, tmp_path / "satu")
    assert load(empty, tmp_path / "satu") == {"frameworks": 3, "standards": 3, "rules": 6}
    write(empty, tmp_path / "dua")
    assert files(tmp_path / "satu") == files(tmp_path / "dua")


def test_pack_is_written_into_an_empty_folder_but_never_over_something(
    core: Site, tmp_path: Path
) -> None:
    folder = tmp_path / "paket"
    folder.mkdir()
    write(core, folder)
    before = files(folder)
    with pytest.raises(Conflict, match="sudah berisi"):
        write(core, folder)
    assert files(folder) == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_full_disk_leaves_no_half_pack(
    core: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space"):
        write(core, tmp_path / "paket")
    assert [path.name for path in tmp_path.iterdir() if "paket" in path.name] == []
