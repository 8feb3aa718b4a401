"""The blueprint of all certificate pages; it sits at the agency's root."""

from __future__ import annotations

from lms.web import plugin_blueprint

# No prefix: the QR on paper leads to `/<agency>/verify/<code>`, whatever moves later.
blueprint = plugin_blueprint("certificates", "plugins.certificates")
