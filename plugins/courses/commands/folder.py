"""`lms courses export` and `import`: a course as a folder that can be kept in git and shared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lms import Conflict, Invalid
from lms.commands import agency_option, chosen_site

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

    from plugins.courses.services.content import Parsed
    from plugins.courses.services.folder import Taken

    Take = Callable[[Session, int | None, Parsed], Taken]

FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command("export")
@click.argument("slug")
@click.argument("folder", metavar="DIR", type=FOLDER)
@click.option("--version", type=click.IntRange(min=1), help="This version, not the current one.")
@click.option("--draft", is_flag=True, help="The draft, not a version.")
@agency_option
def export_course(
    slug: str, folder: Path, version: int | None, draft: bool, agency: str | None
) -> None:
    """Write the course SLUG into DIR: course.toml, one Markdown file per module, media.

    DIR is new, empty, or holds this course already; then it is brought up to date. What came
    from a folder and was not changed since keeps every byte.
    """
    from plugins.courses.services.folder import (
        draft_folder,
        is_draft_only,
        version_content,
        write_folder,
    )

    if draft and version is not None:
        raise click.UsageError("--draft and --version exclude each other.")
    with chosen_site(agency) as site, site.database.reading() as session:
        if version is None and not draft and is_draft_only(session, slug):
            draft = True
            click.echo(f"{slug} has no version yet: this is its draft.", err=True)
        content = draft_folder(session, slug) if draft else version_content(session, slug, version)
        write_folder(session, content, folder)
    count = len(content.modules)
    click.echo(f"{slug}: {count} modules and {len(content.files)} files in {folder}.")


@click.command("import")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, exists=True))
@click.option("--publish", is_flag=True, help="Store a version at once instead of a draft.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
@agency_option
def import_course(folder: Path, publish: bool, as_json: bool, agency: str | None) -> None:
    """Take the course in DIR, or all courses in its folders; DIR may be a ZIP.

    Each becomes the draft of its course, to be reviewed; with --publish a version. A draft that
    is there is replaced, what it said stays in its history. The same content again changes
    nothing. All is checked before anything is stored.
    """
    from plugins.courses.services.folder import take_draft, take_version

    parsed = _parsed(folder)
    take = take_version if publish else take_draft
    with chosen_site(agency) as site, site.database.writing() as session:
        taken = [_named(course.course.slug, take, session, course) for course in parsed]
    if as_json:
        click.echo(json.dumps({"courses": [_values(each) for each in taken]}, indent=2))
    else:
        click.echo("\n".join(_words(each) for each in taken))


def _named(slug: str, take: Take, session: Session, course: Parsed) -> Taken:
    """Take a course; what is refused names it, for there may be several."""
    try:
        return take(session, None, course)
    except Conflict as refused:
        raise Conflict(f"{slug}: {refused.message}") from refused


def _parsed(folder: Path) -> list[Parsed]:
    from plugins.courses.services.content import parse_course, parse_courses
    from plugins.courses.services.folder import refuse_links
    from plugins.courses.services.folder_zip import MOST_UNPACKED, TOO_MUCH, parse_zip

    if folder.is_file():
        if folder.stat().st_size > MOST_UNPACKED:
            raise Invalid(f"{folder}: {TOO_MUCH}")
        return [parse_zip(folder.read_bytes())]
    for each in (folder, *(path for path in folder.iterdir() if path.is_dir())):
        refuse_links(each)
    if (folder / "course.toml").is_file():
        return [parse_course(folder)]
    found = parse_courses(folder)
    if not found:
        raise Invalid(f"{folder}: tidak ada course.toml di sini.")
    return found


def _values(taken: Taken) -> dict[str, object]:
    return {
        "slug": taken.slug,
        "status": taken.status,
        "version": taken.version,
        "left_out": list(taken.left_out),
    }


def _words(taken: Taken) -> str:
    words = {
        "draft": "is a draft now; send it to review",
        "published": f"is published as version {taken.version}",
        "same": "is there already; nothing changed",
    }[taken.status]
    left = f" Not taken: {', '.join(taken.left_out)}." if taken.left_out else ""
    return f"{taken.slug}: {words}.{left}"
