"""E-mail: one message by SMTP, and what is known about it when something breaks."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from email.utils import formataddr

from sqlalchemy.orm import Session

from lms.core.errors import Invalid, Unsure
from lms.core.hooks.contracts import MessageChannel, OutgoingMessage
from lms.core.settings import get_settings
from lms.core.site import site_of

NAME = "email"
TIMEOUT = 30.0
"""Seconds that the server may be silent."""
WIRE = policy.SMTP.clone(cte_type="7bit")
SMTP = ("host", "port", "security", "user", "password", "from")
LOCAL = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where e-mail is handed in; `security` is STARTTLS, TLS or tanpa."""

    host: str
    port: int
    security: str
    user: str
    password: str = field(repr=False)
    sender: str
    agency: str


def mail_server(session: Session) -> MailServer | None:
    """Give the mail server of the settings, None when there is none."""
    found = get_settings(session, *(f"core.smtp_{name}" for name in SMTP))
    host, port, security, user, password, sender = found.values()
    if not host:
        return None
    return MailServer(
        host=host,
        port=port,
        security=security,
        user=user,
        password=password,
        sender=sender or user,
        agency=site_of(session).config.name,
    )


def mail_channel(server: MailServer) -> MessageChannel:
    """Give e-mail through this server as a channel."""

    def send(_session: Session, message: OutgoingMessage) -> None:
        send_mail(server, message)

    return MessageChannel(
        name=NAME, title="Email", reaches=lambda message: bool(message.email), send=send
    )


def send_mail(server: MailServer, message: OutgoingMessage) -> None:
    """Hand one e-mail in; raises Unsure when the server broke off while it took the text.

    Before that point any error means that nothing was sent; a refusal after it, the same.
    """
    content = compose(server, message).as_bytes(policy=WIRE)
    smtp = _connect(server)
    try:
        _envelope(smtp, server.sender, message.email)
        code, answer = _hand_over(smtp, content)
        if code != 250:
            raise smtplib.SMTPDataError(code, answer)
        with suppress(OSError):  # it has the e-mail: how it says good-bye does not matter
            smtp.quit()
    finally:
        smtp.close()


def compose(server: MailServer, message: OutgoingMessage) -> EmailMessage:
    """Write the e-mail; its Message-ID is the same at each attempt."""
    mail = EmailMessage(policy=WIRE)
    mail["From"] = formataddr((f"Titian {server.agency}", server.sender))
    mail["To"] = message.email
    mail["Subject"] = " ".join(message.subject.split())
    domain = server.sender.rpartition("@")[2] or server.host
    mail["Message-ID"] = f"<{hashlib.sha256(message.key.encode()).hexdigest()[:32]}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(f"{message.name}\n\n{message.text}\n\n{message.url}\n\n-- \n{server.agency}\n")
    return mail


def _connect(server: MailServer) -> smtplib.SMTP:
    if not server.sender:
        raise Invalid("Alamat pengirim email belum diisi.")
    if server.user and server.security == "tanpa" and server.host not in LOCAL:
        raise Invalid("Kata sandi email hanya dikirim lewat sambungan yang aman.")
    secure = ssl.create_default_context()
    if server.security == "TLS":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT, context=secure
        )
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    try:
        if server.security == "STARTTLS":
            smtp.starttls(context=secure)
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _envelope(smtp: smtplib.SMTP, sender: str, recipient: str) -> None:
    smtp.ehlo_or_helo_if_needed()
    code, answer = smtp.mail(sender)
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, answer, sender)
    code, answer = smtp.rcpt(recipient)
    if code not in (250, 251):
        raise smtplib.SMTPRecipientsRefused({recipient: (code, answer)})


def _hand_over(smtp: smtplib.SMTP, content: bytes) -> tuple[int, bytes]:
    try:
        return smtp.data(content)
    except smtplib.SMTPResponseException:
        raise
    except OSError as error:  # broken off or silent: it may have been taken over all the same
        raise Unsure(f"Server email tidak memastikan: {error}") from error
