"""Read models for pages and use-cases: dataclasses, not rows."""
