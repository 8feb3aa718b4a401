"""Read models for pages and rules: frozen values, never rows."""
