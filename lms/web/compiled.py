"""Compiled templates, shared by the apps of all agencies in a process."""

from __future__ import annotations

from types import CodeType

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket


class CompiledTemplates(BytecodeCache):
    """Keeps the code of each template by its file and content; a changed file is compiled anew.

    All apps share the settings that code depends on, see :func:`configure`.
    """

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the code of a template that was compiled before."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code of a template."""
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


COMPILED = CompiledTemplates()


def configure(environment: Environment) -> None:
    """Set how templates are read, the same for every app."""
    environment.autoescape = True
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.bytecode_cache = COMPILED
