"""The built-in plugins, reached through the public `lms.plugins` entry-point group alone."""
