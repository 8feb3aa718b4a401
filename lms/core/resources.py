"""Finds what is shipped beside the code: migrations and content packs."""

from __future__ import annotations

from pathlib import Path

from lms.core.errors import NotFound

PACKAGE = Path(__file__).parents[1]


def bundled(name: str) -> Path:
    """Give a folder shipped with the program: below `lms/_bundled`, or at a checkout's root.

    Raises NotFound when the installation is incomplete.
    """
    for folder in (PACKAGE / "_bundled" / name, PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise NotFound(f"The folder {name!r} is missing: this installation is not complete.")


def checkout() -> Path:
    """Give the root of the repository; raises NotFound for an installed program."""
    root = PACKAGE.parent
    if not (root / "pyproject.toml").is_file():
        raise NotFound("This command needs a checkout of the repository.")
    return root
