"""Pages of certificates: a person's own, the officer's, and the public check."""

from __future__ import annotations

from plugins.certificates.views import office, own, verify
from plugins.certificates.views.blueprint import blueprint

__all__ = ["blueprint", "office", "own", "verify"]
