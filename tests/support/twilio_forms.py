"""Forms in the shapes that Twilio sends, field names and order as captured; numbers and ids are nobody's."""

from __future__ import annotations

ACCOUNT = "AC" + "0" * 32
SID = "SM" + "1" * 32
MMS_SID = "MM" + "2" * 32
RESIDENT = "+15550123456"
CITY = "+15550100000"
Pairs = list[tuple[str, str]]

PLAIN = {
    "ToCountry": "US",
    "ToState": "CA",
    "SmsMessageSid": SID,
    "NumMedia": "0",
    "ToCity": "SAN FRANCISCO",
    "FromZip": "94103",
    "SmsSid": SID,
    "FromState": "CA",
    "SmsStatus": "received",
    "FromCity": "SAN FRANCISCO",
    "Body": "There is a pothole on Main Street",
    "FromCountry": "US",
    "To": CITY,
    "ToZip": "94105",
    "NumSegments": "1",
    "MessageSid": SID,
    "AccountSid": ACCOUNT,
    "From": RESIDENT,
    "ApiVersion": "2010-04-01",
}
SERVICE = PLAIN | {"MessagingServiceSid": "MG" + "3" * 32}
MEDIA = f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages/{MMS_SID}/Media/ME"
PICTURE = PLAIN | {
    "MessageSid": MMS_SID,
    "SmsSid": MMS_SID,
    "SmsMessageSid": MMS_SID,
    "Body": "",
    "NumMedia": "2",
    "MediaContentType0": "image/jpeg",
    "MediaUrl0": MEDIA + "4" * 32,
    "MediaContentType1": "image/png",
    "MediaUrl1": MEDIA + "5" * 32,
}
WHATSAPP = {
    "SmsMessageSid": SID,
    "NumMedia": "0",
    "ProfileName": "Somebody",
    "MessageType": "location",
    "SmsSid": SID,
    "WaId": "15550123456",
    "SmsStatus": "received",
    "Body": "",
    "To": f"whatsapp:{CITY}",
    "Latitude": "44.0521",
    "Longitude": "-123.0868",
    "NumSegments": "1",
    "ReferralNumMedia": "0",
    "MessageSid": SID,
    "AccountSid": ACCOUNT,
    "From": f"whatsapp:{RESIDENT}",
    "ApiVersion": "2010-04-01",
}
BUTTON = WHATSAPP | {
    "MessageType": "button",
    "Body": "Report a problem",
    "ButtonText": "Report a problem",
    "ButtonPayload": "menu.report",
}
STATUS = {
    "SmsSid": SID,
    "SmsStatus": "delivered",
    "MessageStatus": "delivered",
    "To": RESIDENT,
    "MessageSid": SID,
    "AccountSid": ACCOUNT,
    "From": CITY,
    "ApiVersion": "2010-04-01",
    "RawDlrDoneDate": "2611211200",
}


def form(payload: dict[str, str], **changes: str | None) -> Pairs:
    """A payload with some fields changed, or left out where the change is None."""
    merged = {**payload, **changes}
    return [(name, value) for name, value in merged.items() if value is not None]
