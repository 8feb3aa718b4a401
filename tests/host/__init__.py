"""Tests of the host: settings, agencies, migrations, plugins, server and commands."""
