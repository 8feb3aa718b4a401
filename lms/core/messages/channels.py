"""Ways to reach people: e-mail when a server is set, and the channels of plugins."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lms.core.errors import PluginError
from lms.core.hooks.contracts import MessageChannel, OutgoingMessage
from lms.core.hooks.registry import check_prefix
from lms.core.messages.mail import NAME, mail_channel, mail_server
from lms.core.messages.models import Message
from lms.core.people.models import Person
from lms.core.site import Site, site_of


def channels(session: Session) -> dict[str, MessageChannel]:
    """Give the channels by name that work now; plugins are asked once."""
    server = mail_server(session)
    own = {} if server is None else {NAME: mail_channel(server)}
    return own | plugin_channels(site_of(session))


def plugin_channels(site: Site) -> dict[str, MessageChannel]:
    """Give the channels of plugins by name; raises PluginError for a foreign name."""
    known: dict[tuple[str, ...], dict[str, MessageChannel]] = site.extra.setdefault("channels", {})
    plugins = tuple(site.registry.plugins)
    if plugins not in known:
        found: dict[str, MessageChannel] = {}
        for plugin, given in site.registry.collect("lms_register_message_channels"):
            check_prefix(plugin, "message channel", [each.name for each in given], "_")
            for each in given:
                if each.name in found or each.name == NAME:
                    raise PluginError(plugin, f"message channel {each.name!r} is there twice.")
                found[each.name] = each
        known[plugins] = found
    return known[plugins]


def outgoing(site: Site, message: Message, person: Person) -> OutgoingMessage:
    """Give a message as channels get it: the link leads to it on the site."""
    root = str(site.extra.get("public_root") or f"http://127.0.0.1:8000/{site.slug}").rstrip("/")
    return OutgoingMessage(
        key=message.key,
        person_id=person.id,
        name=person.full_name,
        email=person.email,
        phone=person.phone,
        subject=message.subject,
        text=message.text,
        url=f"{root}/pesan/{message.public_id}",
    )
