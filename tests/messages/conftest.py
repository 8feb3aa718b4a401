"""What tests of messages share: a site that sends e-mail to a server of the test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lms.core.settings import set_setting
from lms.core.site import Site
from tests.infra.smtp import Post, mail_server


@pytest.fixture
def post(site: Site) -> Iterator[Post]:
    """A mail server, and the site that uses it."""
    with mail_server() as post:
        with site.database.writing() as session:
            set_setting(session, "core.smtp_host", "127.0.0.1")
            set_setting(session, "core.smtp_port", post.port)
            set_setting(session, "core.smtp_security", "tanpa")
            set_setting(session, "core.smtp_user", "titian")
            set_setting(session, "core.smtp_password", "s3cret-word")
            set_setting(session, "core.smtp_from", "titian@contoh.go.id")
        yield post
