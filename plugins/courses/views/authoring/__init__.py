"""Pages of trainers who write: the list, a draft, the editor, files, history, Word."""

from __future__ import annotations

from plugins.courses.views.authoring import courses, editor, files, history, modules, word
from plugins.courses.views.authoring.blueprint import blueprint

__all__ = ["blueprint", "courses", "editor", "files", "history", "modules", "word"]
