"""Every Indonesian text has its English, with the same placeholders."""

from __future__ import annotations

from pathlib import Path

import pytest

from lms.catalogues import files
from lms.catalogues.collecting import Message, python_messages, template_messages
from lms.web.translation import read_catalogue

ROOT = Path(__file__).parents[2]
CORE = ROOT / "lms"
PLUGINS = sorted(path.parent for path in (ROOT / "plugins").glob("*/__init__.py"))
PACKAGES = [(CORE, None), *((plugin, CORE) for plugin in PLUGINS)]
IDS = [package.name for package, _ in PACKAGES]


@pytest.mark.parametrize(("package", "above"), PACKAGES, ids=IDS)
def test_every_text_has_its_english(package: Path, above: Path | None) -> None:
    assert not files.untranslated(package, above), "add it: lms translations extract"


@pytest.mark.parametrize("package", [package for package, _ in PACKAGES], ids=IDS)
def test_placeholders_are_the_same_in_english(package: Path) -> None:
    assert not files.unequal_placeholders(package)


def test_same_text_has_the_same_english_everywhere() -> None:
    assert not files.told_apart(package for package, _ in PACKAGES)


@pytest.mark.parametrize("package", [package for package, _ in PACKAGES], ids=IDS)
def test_catalogue_is_read_at_run_time(package: Path) -> None:
    assert read_catalogue(files.catalogue_path(package))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{{ _("Beranda") }}', [("Beranda", "")]),
        ('{{ _("Soal %(n)s", n=1) }}', [("Soal %(n)s", "")]),
        ('{{ _("Ya" if x else "Tidak") }}', [("Ya", ""), ("Tidak", "")]),
        ('{{ ngettext("%(num)s hari", "%(num)s hari", n) }}', [("%(num)s hari", "%(num)s hari")]),
        ("{{ _(label) }}{# _('Bukan') #}", []),
    ],
)
def test_texts_of_a_template_are_found(source: str, found: list[tuple[str, str]]) -> None:
    assert [(m.text, m.plural) for m in template_messages(source, "x.html")] == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('notify(_("Tersimpan."))', ["Tersimpan."]),
        ('gettext("a" "b")', ["ab"]),
        ('_("Satu" if one else "Dua")', ["Satu", "Dua"]),
        ('NavigationItem(label="Tes", link=Link(endpoint="x"))', ["Tes"]),
        ('raise Invalid("Isian salah.", ["Isi nama.", reason])', ["Isian salah.", "Isi nama."]),
        ('raise Invalid(f"Isian {x} salah.")', []),
        ('StringField("Nama", choices=[("a", "Satu")])', ["Nama", "Satu"]),
        ('DataRequired(message="Isi dulu.")', ["Isi dulu."]),
        ('page("x.html", message=text)', []),
        ('WORDS = {"a": "Satu", "b": "Dua"}  # i18n', ["Satu", "Dua"]),
        ('WORDS = {  # i18n\n    "a": "Satu",\n}', ["Satu"]),
        ('WORDS = {"a": "Satu"}', []),
    ],
)
def test_texts_of_a_python_file_are_found(source: str, found: list[str]) -> None:
    assert [each.text for each in python_messages(source, "x.py")] == found


def make_package(folder: Path, template: str) -> Path:
    """A package with one template."""
    (folder / "templates").mkdir(parents=True)
    (folder / "templates" / "a.html").write_text(template)
    return folder


def test_extracting_adds_and_keeps(tmp_path: Path) -> None:
    package = make_package(tmp_path / "alat", '{{ _("Beranda") }}')
    assert files.extract(package) == ["Beranda"]
    files.write(package, files.wanted(package), {"Beranda": ("Home",)})
    assert files.untranslated(package) == []
    (package / "templates" / "b.html").write_text('{{ _("Keluar") }}')
    assert files.extract(package) == ["Keluar"]
    assert files.read(package) == {"Beranda": ("Home",), "Keluar": ("",)}
    assert files.untranslated(package) == ["Keluar"]


def test_extracting_twice_changes_nothing(tmp_path: Path) -> None:
    package = make_package(tmp_path / "alat", '{{ ngettext("%(num)s a", "%(num)s a", 1) }}')
    files.extract(package)
    first = files.catalogue_path(package).read_bytes()
    assert files.extract(package) == []
    assert files.catalogue_path(package).read_bytes() == first


def test_pruning_drops_what_nobody_says(tmp_path: Path) -> None:
    package = make_package(tmp_path / "alat", '{{ _("Beranda") }}')
    files.extract(package)
    (package / "templates" / "a.html").write_text('{{ _("Keluar") }}')
    assert files.unused(package) == ["Beranda"]
    files.extract(package, prune=True)
    assert set(files.read(package)) == {"Keluar"}


def test_text_of_the_core_is_not_asked_for_again(tmp_path: Path) -> None:
    core = make_package(tmp_path / "core", '{{ _("Kembali") }}')
    plugin = make_package(tmp_path / "alat", '{{ _("Kembali") }}{{ _("Alat") }}')
    files.extract(core)
    assert files.extract(plugin, above=core) == ["Alat"]
    assert [each.text for each in files.wanted(plugin, core)] == ["Alat"]


def test_different_english_in_two_catalogues_is_named(tmp_path: Path) -> None:
    packages = [make_package(tmp_path / name, '{{ _("Mulai") }}') for name in ("satu", "dua")]
    for package, english in zip(packages, ("Start", "From"), strict=True):
        files.write(package, files.wanted(package), {"Mulai": (english,)})
    assert files.told_apart(packages) == ["Mulai"]
    assert files.told_apart(packages[:1]) == []


@pytest.mark.parametrize(
    ("text", "english", "equal"),
    [
        ("Soal %(n)s", "Question %(n)s", True),
        ("Soal %(n)s", "Question %(m)s", False),
        ("Soal %(n)s", "Question", False),
        ("Soal", "Question %(n)s", False),
    ],
)
def test_other_placeholder_is_named(text: str, english: str, equal: bool, tmp_path: Path) -> None:
    package = make_package(tmp_path / "alat", "")
    files.write(package, [Message("templates/a.html", text)], {text: (english,)})
    assert files.unequal_placeholders(package) == ([] if equal else [text])
