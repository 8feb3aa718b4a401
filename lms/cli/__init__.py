"""The `lms` command: one module per group of commands, loaded when it is asked for."""

from __future__ import annotations

import importlib
import importlib.util
import os
from pathlib import Path
from typing import IO, Any

import click

# Command → module and attribute; a module is imported only when its command is used.
COMMANDS = {
    "agency": "lms.cli.agency:agency",
    "audit": "lms.cli.audit:audit",
    "content": "lms.cli.content:content",
    "demo": "lms.cli.demo:demo",
    "docs": "lms.cli.docs:docs",
    "doctor": "lms.cli.upkeep:doctor",
    "events": "lms.cli.plugin:events",
    "evidence": "lms.cli.evidence:evidence",
    "migration": "lms.cli.developer:migration",
    "people": "lms.cli.people:people",
    "plugin": "lms.cli.plugin:plugin",
    "rehearse": "lms.cli.rehearse:rehearse",
    "serve": "lms.cli.server:serve",
    "standards": "lms.cli.standards:standards",
    "translations": "lms.cli.translations:translations",
    "upgrade": "lms.cli.upkeep:upgrade",
    "work": "lms.cli.server:work",
}


class Failure(click.ClickException):
    """An error of the domain on the command line: a message and its reasons."""

    def __init__(self, error: Any) -> None:
        super().__init__(error.message)
        self.reasons = (*getattr(error, "reasons", ()), *getattr(error, "objections", ()))

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message and the reasons to stderr."""
        click.echo(f"Error: {self.message}", err=True)
        for reason in self.reasons:
            click.echo(f"  - {reason}", err=True)


class WrongInput(Failure):
    """An error that came with the input or the configuration."""

    exit_code = 2


class Commands(click.Group):
    """Commands by module; plugins' commands come in for an unknown name and for the help."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name all commands, ours and those of plugins."""
        own = {name for name, target in COMMANDS.items() if _is_there(target)}
        return sorted(own | set(_plugin_commands(ctx)))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command by its name; None when nobody has it."""
        target = COMMANDS.get(cmd_name)
        if target is None or not _is_there(target):
            return _plugin_commands(ctx).get(cmd_name)
        module, _, attribute = target.partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error that a person can mend is a message, never a traceback."""
        from lms.core.errors import Invalid, LmsError, NotFound

        try:
            return super().invoke(ctx)
        except (Invalid, NotFound) as error:
            raise WrongInput(error) from error
        except LmsError as error:
            raise Failure(error) from error


def _is_there(target: str) -> bool:
    return importlib.util.find_spec(target.partition(":")[0]) is not None


def _plugin_commands(ctx: click.Context) -> dict[str, click.Command]:
    from lms.cli.plugin import mounted_commands

    return mounted_commands(Path(ctx.params.get("home") or default_home()))


def default_home() -> Path:
    """Give `LMS_HOME`, or `instance` in the working folder."""
    return Path(os.environ.get("LMS_HOME") or "instance")


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--home",
    type=click.Path(path_type=Path, file_okay=False),
    is_eager=True,  # the help looks for plugins there
    help="Folder with lms.toml and the agencies (LMS_HOME; default: ./instance).",
)
@click.version_option(package_name="titian")
@click.pass_context
def lms(ctx: click.Context, home: Path | None) -> None:
    """Titian: learning and assessment for public agencies."""
    ctx.obj = (home or default_home()).absolute()


def main() -> None:
    """Run the command line."""
    lms(prog_name="lms")
