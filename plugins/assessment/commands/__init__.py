"""Commands of the assessment plugin: `lms assessment …`."""

from __future__ import annotations

import click

from plugins.assessment.commands.analysing import analyse, calibrate
from plugins.assessment.commands.importing import export_items, import_items


@click.group()
def assessment() -> None:
    """Import and export questions; analyse and calibrate them."""


for _command in (analyse, calibrate, export_items, import_items):
    assessment.add_command(_command)
