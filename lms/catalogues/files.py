"""Reads, completes and checks `translations/en.po` of a package."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from lms.catalogues.collecting import Message, collect

HEADER = """\
# English for the Indonesian texts of {package}; read at run time, nothing is compiled.
msgid ""
msgstr ""
"Language: en\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|(%%)")
WIDTH = 100

Forms = tuple[str, ...]


def catalogue_path(package: Path) -> Path:
    """Give where a package keeps its English."""
    return package / "translations" / "en.po"


def read(package: Path) -> dict[str, Forms]:
    """Give msgid → its English forms; one that is not translated has empty ones."""
    path = catalogue_path(package)
    if not path.is_file():
        return {}
    with path.open("rb") as file:
        return {_singular(each.id): _forms(each.string) for each in read_po(file) if each.id}


def _singular(value: object) -> str:
    return str(value[0]) if isinstance(value, list | tuple) else str(value)


def _forms(value: object) -> Forms:
    return tuple(map(str, value)) if isinstance(value, list | tuple) else (str(value),)


def extract(package: Path, *, above: Path | None = None, prune: bool = False) -> list[str]:
    """Add what is missing to a package's catalogue; give the texts that were added.

    Translations that are there are kept. A text that the catalogue of `above` (the core, for a
    plugin) has is not asked for again. `prune` drops what no file says any more.
    """
    known, messages = read(package), wanted(package, above)
    added = [each.text for each in messages if each.text not in known]
    places = {each.text: each for each in messages}
    kept = [] if prune else [text for text in known if text not in places]
    everything = [*(Message("", text) for text in sorted(kept)), *messages]
    if everything:
        write(package, everything, known)
    return added


def wanted(package: Path, above: Path | None = None) -> list[Message]:
    """Give the texts that a package's own catalogue must have."""
    elsewhere = {} if above is None else read(above)
    own = read(package)
    return [each for each in collect(package) if each.text in own or each.text not in elsewhere]


def write(package: Path, messages: list[Message], known: Mapping[str, Forms]) -> None:
    """Write a package's catalogue: these texts, with the English that is known."""
    catalogue = Catalog(locale="en")
    for each in messages:
        locations = [(each.place, 0)] if each.place else []
        forms = known.get(each.text, ("",))
        if each.plural or len(forms) > 1:
            both = (each.text, each.plural or each.text)
            catalogue.add(both, (forms[0], forms[-1]), locations=locations)
        else:
            catalogue.add(each.text, forms[0], locations=locations)
    buffer = BytesIO()
    write_po(buffer, catalogue, width=WIDTH, omit_header=True, include_lineno=False)
    path = catalogue_path(package)
    path.parent.mkdir(exist_ok=True)
    header = HEADER.format(package=package.name)
    path.write_text(header + buffer.getvalue().decode().strip() + "\n", encoding="utf-8")


def untranslated(package: Path, above: Path | None = None) -> list[str]:
    """Give the texts of a package without English."""
    known = read(package)
    return [each.text for each in wanted(package, above) if not all(known.get(each.text, ("",)))]


def unequal_placeholders(package: Path) -> list[str]:
    """Give the texts whose English has other placeholders; English may leave a number's out."""
    return [
        text
        for text, forms in read(package).items()
        if any(form and not _same_placeholders(text, form, len(forms) > 1) for form in forms)
    ]


def _same_placeholders(text: str, form: str, plural: bool) -> bool:
    asked, given = set(PLACEHOLDER.findall(text)), set(PLACEHOLDER.findall(form))
    may_lack = {("num", "")} if plural else set()
    return given <= asked and asked - given <= may_lack


def told_apart(packages: Iterable[Path]) -> list[str]:
    """Give the texts that have different English in different catalogues.

    At run time all catalogues are one, so the last would win on the pages of the others.
    """
    found: dict[str, Forms] = {}
    apart: set[str] = set()
    for package in packages:
        for text, forms in read(package).items():
            if all(forms) and found.setdefault(text, forms) != forms:
                apart.add(text)
    return sorted(apart)


def unused(package: Path) -> list[str]:
    """Give the texts of the catalogue that no file says any more."""
    said = {each.text for each in collect(package)}
    return sorted(text for text in read(package) if text not in said)
