"""The rehearsal: reading pages, counting, playing against a real server."""
