"""Settings of messages: the mail server and the hours in which nobody is disturbed."""

from __future__ import annotations

from lms.core.hooks.contracts import Setting

CLOCKS = tuple(f"{hour:02}.{minute:02}" for hour in range(24) for minute in (0, 30))
SECURITIES = ("STARTTLS", "TLS", "tanpa")

MESSAGE_SETTINGS = (
    Setting(key="core.smtp_host", title="Server email (kosong: tanpa email)", default=""),
    Setting(key="core.smtp_port", title="Port server email", default=587),
    Setting(
        key="core.smtp_security",
        title="Pengaman sambungan email",
        default="STARTTLS",
        choices=SECURITIES,
    ),
    Setting(key="core.smtp_user", title="Nama pengguna email", default=""),
    Setting(key="core.smtp_password", title="Kata sandi email", default="", secret=True),
    Setting(key="core.smtp_from", title="Alamat pengirim email", default=""),
    Setting(key="core.quiet_from", title="Jam tenang mulai", default="20.00", choices=CLOCKS),
    Setting(key="core.quiet_until", title="Jam tenang sampai", default="06.30", choices=CLOCKS),
    Setting(
        key="core.quiet_weekends",
        title="Sabtu dan Minggu juga tenang (tanpa email)",
        default=False,
    ),
)
