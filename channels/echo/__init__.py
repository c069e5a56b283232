"""The example of a vendor: signed JSON webhooks in, signed JSON out. docs/howto/add-a-channel.md tells how it was made.

It serves whatever speaks HTTP and keeps a secret (a gateway, a test rig). Off unless its secret is set.
"""

from pydantic import Field

from channels.traits import AddressKind, ChannelTraits
from channels.vendor import ChannelBinding, ChannelContext, DoorStatus, Vendor
from core.settings import Settings, SettingsSection

ECHO = ChannelTraits("echo", address=AddressKind.HANDLE, is_shown_when_shut=False)


class EchoSettings(SettingsSection):
    """What the other side and we have agreed on."""

    echo_secret: str = Field(
        "",
        repr=False,
        description="Echo: at least 32 characters that sign messages both ways; empty: no echo.",
    )
    echo_send_url: str = Field(
        "", description="Echo: address that replies are posted to; https, or http on this machine."
    )


def is_open(settings: Settings) -> bool:
    """Whether a secret was agreed on."""
    return bool(EchoSettings.of(settings).echo_secret)


def open_door(context: ChannelContext) -> ChannelBinding:
    """The webhook, and the channel that posts replies. Raises `SettingsError` where the secret or the address will not do."""
    from channels.echo.door import open_echo

    return open_echo(context, EchoSettings.of(context.settings))


def check(settings: Settings) -> DoorStatus | None:
    """Nothing while it is shut: it is an example."""
    if not is_open(settings):
        return None
    ready = bool(EchoSettings.of(settings).echo_send_url)
    return DoorStatus(
        "echo",
        "open" if ready else "not ready",
        "/channels/echo/messages (POST)" if ready else "set CITYLINE_ECHO_SEND_URL",
    )


VENDOR = Vendor((ECHO,), EchoSettings, is_open, open_door, check)
