"""Every setting, read once from the environment (prefix `CITYLINE_`) and from a `.env` file. The table is docs/settings.md."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from pydantic import Field, HttpUrl, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import SettingsError

PREFIX = "CITYLINE_"


class Settings(BaseSettings):
    """What an installation may change; every field has a default that works on one machine."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True)

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
    workers: Annotated[int, Field(ge=1, le=64)] = Field(
        4, description="Conversations worked on at the same time in one process."
    )
    languages: Annotated[tuple[str, ...], NoDecode] = Field(
        ("en", "es"), description="Languages offered, the city's own first."
    )
    city_folder: Path = Field(Path("city/sample"), description="City that `make run` loads.")
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
        0.5, description="Confidence below which the bot asks back instead of acting."
    )
    embedding_model: str = Field(
        "minilm+use",
        description="`minilm` (English) and `use` (multilingual) are in the installed packages; or any sentence-transformers model by name or path; several joined by `+`.",
    )
    answer_threshold: Annotated[float, Field(ge=0, le=1)] = Field(
        0.25,
        description="Score below which a passage is not shown as the answer (docs/knowledge.md has the curve).",
    )
    recap_after_minutes: Annotated[int, Field(ge=1)] = Field(
        60, description="Silence after which an open form begins with a recap."
    )
    emergency_number: str = Field("911", description="Number to call in danger.")
    log_format: Annotated[str, Field(pattern="^(console|json)$")] = Field(
        "console", description="`console` or `json`."
    )
    log_level: Annotated[str, Field(pattern="^(debug|info|warning|error)$")] = Field(
        "info", description="debug, info, warning or error."
    )

    @field_validator("allowed_origins", "languages", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return (
            tuple(part.strip() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: str) -> str:
        if value and len(value) < 32:
            raise ValueError("should have at least 32 characters")
        return value

    @property
    def database(self) -> str:
        """The address that SQLAlchemy opens."""
        return self.database_url or f"sqlite:///{self.data_dir / 'cityline.sqlite'}"


def load_settings(**overrides: object) -> Settings:
    """The settings, or a `SettingsError` whose sentence names the variable and what it should be."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + "_".join(str(part) for part in first["loc"][:1]).upper()
        raise SettingsError(
            f"The setting {name} is wrong: {first['msg']}; correct it in the environment or in .env (docs/settings.md has the table)."
        ) from None


def settings_table() -> list[tuple[str, str, str]]:
    """Every setting: the variable, its default, and what it is for. docs/settings.md shows just this."""
    return [
        (PREFIX + name.upper(), _shown(field.get_default()), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def _shown(default: object) -> str:
    if default is None or default in {"", ()}:
        return "empty"
    return ",".join(default) if isinstance(default, tuple) else str(default)


def compute_on_one_thread() -> None:
    """Keep numerical libraries from starting threads of their own, which only wait and burn time beside our workers.

    To be called before they are imported; what the environment says already stays.
    """
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
