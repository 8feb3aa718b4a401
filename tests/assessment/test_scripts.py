"""The scripts of a test: small, without tricks, and every word they say is in the templates."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "plugins" / "assessment"
MOST = {"outbox.js": 4000, "sitting.js": 2000}
"""Bytes as they travel, compressed."""


def script(name: str) -> str:
    return (ROOT / "static" / name).read_text()


@pytest.mark.parametrize("name", MOST)
def test_script_is_small(name: str) -> None:
    assert len(gzip.compress(script(name).encode(), 9, mtime=0)) <= MOST[name]


@pytest.mark.parametrize("name", MOST)
def test_script_uses_nothing_that_the_policy_forbids(name: str) -> None:
    forbidden = r"\beval\b|new Function|document\.write|\bimport\b|\.style\b|https?:"
    assert re.findall(forbidden, script(name)) == []


def test_every_word_of_the_outbox_comes_from_a_template() -> None:
    templates = (ROOT / "templates" / "assessment" / "_scripts.html").read_text()
    asked = set(re.findall(r'words\(\s*"(\w+)"', script("outbox.js")))
    asked |= {
        name for pair in re.findall(r'\? "(\w+)" : "(\w+)"', script("outbox.js")) for name in pair
    }
    asked -= {"busy", "away"}
    assert asked >= {"antre", "putus", "tutup", "salah", "masuk"}
    for name in asked:
        assert f'<template id="{name}"' in templates
