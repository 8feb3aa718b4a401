"""The `lms` command: exit codes, messages, which agency."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select
from sqlalchemy.engine import make_url

from lms.agencies import opened_site
from lms.cli import lms
from lms.cli import plugin as plugin_commands
from lms.cli.options import agency_option, chosen_agency
from lms.config import load_agency
from lms.core.database import make_engine
from lms.core.hooks.events import GapsClosed
from lms.core.hooks.models import Delivery
from lms.core.hooks.outbox import record
from lms.core.people.models import Person
from lms.core.revisions import core_branch, revisions
from tests.conftest import make_nip
from tests.host.conftest import drop_in

NewAgency = Callable[..., Path]


def run(home: Path, *arguments: str, expect: int = 0, typed: str | None = None) -> Result:
    plugin_commands.mounted_commands.cache_clear()
    result = CliRunner().invoke(lms, ["--home", str(home), *arguments], input=typed)
    assert result.exit_code == expect, result.output
    assert "Traceback" not in result.output
    return result


# -- agencies ------------------------------------------------------------------------------------


def test_agency_is_added_and_listed(home: Path) -> None:
    added = run(home, "agency", "add", "serang", "--name", "Kabupaten Serang", "--no-content")
    assert "Added serang" in added.output
    assert load_agency(home, "serang").plugins == ("assessment", "courses", "certificates")
    assert "serang\tKabupaten Serang\tsqlite" in run(home, "agency", "list").output


def test_administrator_gets_a_password_once(home: Path, tmp_path: Path) -> None:
    person = ["--admin-nip", make_nip(1), "--admin-name", "Dewi Lestari"]
    options = ["--name", "Serang", "--no-content", *person]
    assert "first password" in run(home, "agency", "add", "serang", *options).output
    with opened_site(home, "serang") as site, site.database.reading() as session:
        assert session.scalars(select(Person.name)).all() == ["Dewi Lestari"]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["Serang", "--name", "X"], 2, "cannot be used"),
        (["serang"], 2, "--name"),
        (["serang", "--name", "X", "--time-zone", "WIB"], 2, "Asia/Jakarta"),
        (["serang", "--name", "X", "--admin-nip", "1"], 2, "belong together"),
        (["serang", "--name", "X", "--admin-nip", "1", "--admin-name", "Y"], 2, "NIP"),
        (["serang", "--name", "X", "--plugin", "hilang"], 1, "hilang"),
        (["ada", "--name", "X"], 1, "already"),
    ],
)
def test_wrong_agency_is_refused(
    home: Path, new_agency: NewAgency, arguments: list[str], code: int, said: str
) -> None:
    new_agency("ada")
    assert said in run(home, "agency", "add", *arguments, expect=code).output
    assert not (home / "agencies" / "serang").exists()


def test_list_goes_on_when_an_agency_is_broken(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang")
    (new_agency("cilegon") / "agency.toml").write_text("nmae = 1")
    output = run(home, "agency", "list").output
    assert "Did you mean 'name'?" in output
    assert "serang\tSerang" in output


def probe() -> click.Command:
    @click.command()
    @agency_option
    def show(agency: str | None) -> None:
        click.echo(chosen_agency(agency))

    return show


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that tells which agency it would work on."""
    monkeypatch.setattr(lms, "get_command", lambda _ctx, _name: probe())


@pytest.mark.usefixtures("show")
def test_only_agency_is_taken_when_none_is_named(home: Path, new_agency: NewAgency) -> None:
    assert "Add one" in run(home, "show", expect=2).output
    new_agency("serang")
    assert run(home, "show").output == "serang\n"
    new_agency("cilegon")
    output = run(home, "show", expect=2).output
    assert "add --agency" in output
    assert "- cilegon\n  - serang" in output
    assert run(home, "show", "--agency", "cilegon").output == "cilegon\n"


def test_site_is_refused_when_it_waits_for_an_upgrade(home: Path, new_agency: NewAgency) -> None:
    undo_migrations(new_agency("serang"))
    output = run(home, "content", "load", "digital-competence", expect=1).output
    assert "lms upgrade" in output


# -- upgrade, doctor -----------------------------------------------------------------------------


def undo_migrations(folder: Path) -> None:
    (folder / "lms.db").unlink()
    database = make_engine(make_url(f"sqlite:///{folder}/lms.db"))
    database.connect().close()
    database.dispose()


def test_upgrade_brings_all_agencies_up_to_date(home: Path, new_agency: NewAgency) -> None:
    undo_migrations(new_agency("serang"))
    new_agency("cilegon")
    output = run(home, "upgrade").output
    assert "serang: core_0001" in output
    assert "cilegon: up to date" in output
    assert "serang: up to date" in run(home, "upgrade").output


def test_others_are_upgraded_when_one_breaks(home: Path, new_agency: NewAgency) -> None:
    (new_agency("aaa") / "agency.toml").write_text("name = ")
    (new_agency("bbb") / "lms.db").write_bytes(b"x" * 5000)
    undo_migrations(new_agency("ccc"))
    output = run(home, "upgrade", expect=1).output
    assert "aaa: NOT upgraded" in output
    assert "bbb: NOT upgraded" in output
    assert "ccc: core_0001" in output


def test_unknown_agency_is_refused_by_every_command(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang")
    for command in (["upgrade"], ["doctor"], ["content", "load", "digital-competence"]):
        output = run(home, *command, "--agency", "nobody", expect=2).output
        assert "There are: serang." in output


def test_doctor_ends_with_one_when_something_is_wrong(home: Path, new_agency: NewAgency) -> None:
    folder = new_agency("serang")
    assert "ok  serang migrations: up to date" in run(home, "doctor").output
    (folder / "lms.db").unlink()
    output = run(home, "doctor", expect=1).output
    assert "!!  serang: The database of serang is gone" in output
    assert "1 not in order" in output


# -- content, plugins, events --------------------------------------------------------------------


def test_content_is_loaded_once(home: Path, new_agency: NewAgency) -> None:
    new_agency("serang")
    assert "frameworks: " in run(home, "content", "load", "digital-competence").output
    again = run(home, "content", "load", "digital-competence").output
    assert "frameworks: 0" in again


def test_unknown_pack_is_refused(home: Path, new_agency: NewAgency, tmp_path: Path) -> None:
    new_agency("serang")
    assert "digital-competence" in run(home, "content", "load", "nothing", expect=2).output
    assert "pack.toml" in run(home, "content", "load", str(tmp_path), expect=2).output


COMMANDS_OF_A_PLUGIN = """
import click

@click.command("halo")
def halo():
    click.echo("Halo!")

@hookimpl
def lms_register_commands():
    return [halo]

@hookimpl
def lms_gaps_closed(session, event): ...
"""


def test_plugin_command_is_mounted(home: Path, new_agency: NewAgency) -> None:
    drop_in(new_agency("serang"), "sapaan", COMMANDS_OF_A_PLUGIN)
    assert run(home, "halo").output == "Halo!\n"
    assert "halo" in run(home, "--help").output
    assert "No such command" in run(home, "halo-halo", expect=2).output


def test_own_commands_work_when_a_plugin_is_broken(home: Path, new_agency: NewAgency) -> None:
    drop_in(new_agency("serang"), "rusak", "raise RuntimeError('oh')")
    output = run(home, "--help").output
    assert "Plugin rusak" in output
    assert "doctor" in output
    assert "Plugin rusak" not in run(home, "agency", "list").output


def test_plugins_are_listed_with_what_is_wrong(home: Path, new_agency: NewAgency) -> None:
    folder = new_agency("serang", plugins='["salamku", "hilang"]')
    drop_in(folder, "salamku")
    drop_in(folder, "rusak", "raise RuntimeError('oh')")
    lines = run(home, "plugin", "list").output.splitlines()
    found = {line.split("\t")[0]: line.split("\t") for line in lines}
    assert found["hilang"][2:4] == ["not installed", "on"]
    assert found["salamku"][1::2] == ["1.0", "on"]
    assert found["courses"][3] == "off"
    assert "oh" in found["rusak"][4]


def test_plugin_in_use_is_not_removed(home: Path, new_agency: NewAgency) -> None:
    folder = new_agency("serang", plugins='["salamku"]')
    drop_in(folder, "salamku")
    assert "agency.toml" in run(home, "plugin", "remove", "salamku", "--yes", expect=1).output
    assert "has no tables" in run(home, "plugin", "remove", "courses", "--yes", expect=1).output


def test_past_events_wait_for_a_plugin_when_replayed(home: Path, new_agency: NewAgency) -> None:
    folder = new_agency("serang")
    with opened_site(home, "serang") as site, site.database.writing() as session:
        record(session, GapsClosed(person_id=1, plan_id=1))
    drop_in(folder, "pendengar", COMMANDS_OF_A_PLUGIN)
    (folder / "agency.toml").write_text('name = "Serang"\nplugins = ["pendengar"]')
    assert "1 events" in run(home, "events", "replay", "--plugin", "pendengar").output
    assert "0 events" in run(home, "events", "replay", "--plugin", "pendengar").output
    with opened_site(home, "serang") as site, site.database.reading() as session:
        assert session.scalars(select(Delivery.plugin)).all() == ["pendengar"]
    output = run(home, "events", "replay", "--plugin", "hilang", expect=2).output
    assert "not switched on" in output


# -- the command itself --------------------------------------------------------------------------


def test_help_names_every_command(home: Path) -> None:
    output = run(home, "--help").output
    for name in ("agency", "content", "doctor", "plugin", "serve", "upgrade", "work"):
        assert f"\n  {name} " in output
    assert "migration" not in output


def test_every_command_has_a_help_text(home: Path) -> None:
    context = click.Context(lms, info_name="lms")
    context.params["home"] = home
    for name in {*lms.list_commands(context), "migration"}:
        assert run(home, name, "--help").output.count("\n") > 3


# -- for developers ------------------------------------------------------------------------------


def models(more: str = "") -> str:
    return (
        "from sqlalchemy.orm import Mapped, mapped_column\nfrom lms import Base\n\n"
        'class Thing(Base):\n    __tablename__ = "bengkel_thing"\n'
        f"    id: Mapped[int] = mapped_column(primary_key=True)\n    {more}\n"
    )


def test_first_migration_of_a_plugin_is_written(home: Path, new_agency: NewAgency) -> None:
    folder = new_agency("serang", plugins='["bengkel"]')
    target = drop_in(folder, "bengkel", models=models())
    output = run(home, "migration", "new", "bengkel", "first tables", "--agency", "serang").output
    (path,) = (target / "migrations").glob("*.py")
    assert str(path) in output
    assert path.name == "bengkel_0001_first_tables.py"
    written = path.read_text()
    newest = revisions(core_branch())[-1].id
    assert f'depends_on = "{newest}"' in written
    assert '"bengkel_thing"' in written
    assert "core_person" not in written
    assert run(home, "upgrade").output.endswith("serang: bengkel_0001\n")
    again = run(home, "migration", "new", "bengkel", "more", "--agency", "serang").output
    assert "Nothing changed" in again


def test_migration_is_refused_for_an_unknown_plugin(home: Path) -> None:
    assert "courses" in run(home, "migration", "new", "hilang", "x", expect=2).output
