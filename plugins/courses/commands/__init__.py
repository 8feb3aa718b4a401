"""Commands of the courses plugin: `lms courses …`."""

from __future__ import annotations

import click

from plugins.courses.commands.folder import export_course, import_course
from plugins.courses.commands.plan import plan


@click.group()
def courses() -> None:
    """Take courses in and out as folders; plan a year's training within a budget."""


for _command in (export_course, import_course, plan):
    courses.add_command(_command)
