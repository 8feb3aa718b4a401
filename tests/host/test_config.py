"""Settings of host and agencies: defaults, and what a mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from lms.config import (
    BUILTIN_PLUGINS,
    agency_folder,
    agency_slugs,
    check_slug,
    line_of,
    load_agency,
    load_host,
)
from lms.core.errors import ConfigError


def write_agency(home: Path, text: str, slug: str = "serang") -> Path:
    folder = agency_folder(home, slug)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "agency.toml").write_text(text)
    (folder / "secret.key").write_text("x" * 64)
    return folder


def message_for(home: Path, text: str) -> str:
    write_agency(home, text)
    with pytest.raises(ConfigError) as caught:
        load_agency(home, "serang")
    return caught.value.message


def test_agency_has_defaults_when_only_named(home: Path) -> None:
    folder = write_agency(home, 'name = "Kabupaten Serang"')
    config = load_agency(home, "serang")
    assert config.slug == "serang"
    assert config.time_zone == "Asia/Jakarta"
    assert config.plugins == BUILTIN_PLUGINS
    assert config.database == f"sqlite:///{folder}/lms.db"
    assert not config.demo
    assert not config.rehearsal
    assert config.domains == ()


def test_agency_takes_every_declared_key(home: Path) -> None:
    write_agency(
        home,
        """
name = "Kota Jayapura"
time_zone = "Asia/Jayapura"
domains = ["belajar.jayapurakota.go.id"]
database = "postgresql://lms_jayapura:geheim@db/lms"
plugins = ["assessment"]
demo = true
rehearsal = true
[accent]
deep = "#6F2247"
pale = "#f3bfd6"
""",
    )
    config = load_agency(home, "serang")
    assert config.accent.deep == "#6f2247"
    assert config.plugins == ("assessment",)
    assert config.database == "postgresql://lms_jayapura:geheim@db/lms"
    assert "geheim" not in repr(config)


def test_sqlite_file_stands_beside_the_settings_when_its_path_is_short(home: Path) -> None:
    folder = write_agency(home, 'name = "A"\ndatabase = "sqlite:///other.db"')
    assert load_agency(home, "serang").database == f"sqlite:///{folder}/other.db"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('name = "A"\n\nnmae = "B"', ("agency.toml:3", "'nmae'", "Did you mean 'name'?")),
        ('name = "A"\ncolour = 1', ("agency.toml:2", "'colour'", "Allowed: name, time_zone")),
        ("name = 7", ("agency.toml:1", "name is 7", "a text on one line")),
        ('name = "A"\ntime_zone = "WIB"', ("agency.toml:2", "'WIB'", "Asia/Jakarta")),
        ('name = "A"\ndomains = "x"', ("agency.toml:2", "a list of host names")),
        ('name = "A"\nplugins = ["a", "a"]', ("agency.toml:2", "each once")),
        ('name = "A"\ndemo = 1', ("agency.toml:2", "true or false")),
        ('name = "A"\naccent = "red"', ("agency.toml:2", "a table of keys")),
        ('name = "A"\n[accent]\ndeep = "red"', ("agency.toml:3", "'red'", "#1f5c4d")),
        ('name = "A"\n[accent]\ndepe = "#000000"', ("agency.toml:3", "Did you mean 'deep'?")),
        ('name = "A"\n[plugin]\nx = 1', ("agency.toml:2", "'plugin'", "Did you mean 'plugins'?")),
        ("demo = true", ("name is missing",)),
        ('name = "A"\nname = "B"', ("agency.toml", "line 2")),
        ('name = "A', ("agency.toml", "line 1")),
    ],
)
def test_mistake_is_told_with_its_place(home: Path, text: str, said: tuple[str, ...]) -> None:
    message = message_for(home, text)
    for words in said:
        assert words in message


def test_password_is_not_repeated_when_the_database_is_wrong(home: Path) -> None:
    assert "geheim" not in message_for(home, 'name = "A"\ndatabase = "mysql://a:geheim@b/c"')


def test_missing_secret_is_told_with_what_to_do(home: Path) -> None:
    (write_agency(home, 'name = "A"') / "secret.key").unlink()
    with pytest.raises(ConfigError) as caught:
        load_agency(home, "serang")
    assert "secret.key" in caught.value.message
    assert any("openssl rand" in reason for reason in caught.value.reasons)


def test_short_secret_is_refused(home: Path) -> None:
    (write_agency(home, 'name = "A"') / "secret.key").write_text("short")
    with pytest.raises(ConfigError):
        load_agency(home, "serang")


def test_unknown_agency_is_told_with_those_there_are(home: Path) -> None:
    write_agency(home, 'name = "A"')
    with pytest.raises(ConfigError) as caught:
        load_agency(home, "serong")
    assert caught.value.reasons == ("There are: serang.",)


@pytest.mark.parametrize("slug", ["ab", "kab-serang", "a1", "x" * 40])
def test_slug_is_taken_when_it_fits_an_address(slug: str) -> None:
    assert check_slug(slug) == slug


@pytest.mark.parametrize(
    "slug",
    ["", "a", "x" * 41, "-ab", "ab-", "Serang", "a_b", "a b", "../x", "static", "healthz", "admin"],
)
def test_slug_is_refused_when_it_does_not_fit(slug: str) -> None:
    with pytest.raises(ConfigError):
        check_slug(slug)


def test_folders_that_are_no_agencies_are_left_out(home: Path) -> None:
    write_agency(home, 'name = "A"', "serang")
    write_agency(home, 'name = "A"', ".half.made")
    write_agency(home, 'name = "A"', "static")
    (home / "agencies" / "empty").mkdir()
    assert agency_slugs(home) == ["serang"]


# -- the host ------------------------------------------------------------------------------------


def test_host_has_defaults_when_there_is_no_file(home: Path) -> None:
    config = load_host(home, {})
    assert (config.host, config.port, config.warm_agencies) == ("127.0.0.1", 8000, 100)


def test_environment_wins_over_the_file(home: Path) -> None:
    (home / "lms.toml").write_text('host = "0.0.0.0"\nport = 80\nwarm_agencies = 5')
    config = load_host(home, {"LMS_PORT": "8123"})
    assert (config.host, config.port, config.warm_agencies) == ("0.0.0.0", 8123, 5)


@pytest.mark.parametrize("port", ["abc", "0", "65536", "80.5"])
def test_port_is_refused_when_the_environment_is_wrong(home: Path, port: str) -> None:
    with pytest.raises(ConfigError, match="LMS_PORT"):
        load_host(home, {"LMS_PORT": port})


@pytest.mark.parametrize(
    "text", ["port = true", 'port = "80"', 'public_url = "example.go.id"', "warm = 3"]
)
def test_host_file_is_refused_when_wrong(home: Path, text: str) -> None:
    (home / "lms.toml").write_text(text)
    with pytest.raises(ConfigError, match=r"lms\.toml:1"):
        load_host(home, {})


def test_line_of_a_key_is_that_of_its_own_table() -> None:
    text = 'a = 1\n[x]\nb = 1\n[accent]\nb = 2\n"c" = 3'
    assert line_of(text, "b", "accent") == 5
    assert line_of(text, "c", "accent") == 6
    assert line_of(text, "x") == 2
    assert line_of(text, "missing") == 1
