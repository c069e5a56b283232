"""The door for text messages (Twilio), and for WhatsApp on the same account.

`door.SmsDoor` and `routes.sms_router` take what Twilio sends; `twilio.TwilioSms` is the channel that the outbox sends through;
`opening` joins them to the conversation. `inbound.read_message` and `render.render_reply` are pure; `fake.FakeTwilio` stands in for the service.
Set-up is described in docs/channels.md. Twilio's library takes a second to import, so it is imported only when it is needed.
"""

from channels.sms.settings import SmsSettings
from channels.sms.traits import BY_TEXT, BY_WHATSAPP
from channels.vendor import ChannelBinding, ChannelContext, DoorStatus, SegmentTerms, Vendor
from core.model import Reply
from core.preview import Shown
from core.settings import Settings
from core.texts import Texts


def is_open(settings: Settings) -> bool:
    """Whether there is an account, or half of one."""
    return SmsSettings.of(settings).has_sms


def open_door(context: ChannelContext) -> ChannelBinding:
    """Text messages by Twilio, and WhatsApp where a number for it is set."""
    from channels.sms.opening import open_texts

    return open_texts(context)


def check(settings: Settings) -> DoorStatus:
    """Whether texts can come and go, and what is missing."""
    from channels.sms.opening import check_account

    return check_account(settings)


def look(reply: Reply, texts: Texts, settings: Settings) -> list[Shown]:
    """The texts that would be sent, with the segments of each."""
    from channels.sms.render import Style, render_reply, split_reply
    from core.segments import count_segments

    style = Style(texts, fold_accents=SmsSettings.of(settings).twilio_fold_accents)
    parts = [render_reply(part, style) for part in split_reply(reply, style)]
    return [Shown(part, segments=count_segments(part).count) for part in parts]


def segment_terms(settings: Settings) -> SegmentTerms:
    """What one number may be sent."""
    ours = SmsSettings.of(settings)
    return SegmentTerms(
        ours.twilio_number_segments_per_hour, ours.twilio_number_segments_per_day, ours.twilio_fold_accents
    )


VENDOR = Vendor((BY_TEXT, BY_WHATSAPP), SmsSettings, is_open, open_door, check, look, segment_terms)
