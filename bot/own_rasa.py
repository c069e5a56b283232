"""The Rasa that an installation runs itself: its encoders exported, its model trained if need be, its server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from core.settings import Settings
from knowledge.index.encoder_export import export_packaged, packaged_encoders
from nlu.server import RasaServer
from nlu.train import ensure_model, model_path


def train_model(settings: Settings, progress: Callable[[str], None]) -> tuple[Path, tuple[Path, ...]]:
    """The model of the present inputs and the folders of the encoders that it needs; `progress` is told what is made."""
    models = settings.models
    encoders = export_packaged(models, progress)
    return ensure_model(settings.rasa_python, models, progress, encoders=encoders), encoders


def make_server(settings: Settings) -> RasaServer:
    """The server, not started; its model has to be there by then."""
    model, encoders = model_path(settings.models), packaged_encoders(settings.models)
    return RasaServer(settings.rasa_python, model, settings.data_dir / "logs" / "rasa.log", encoders)
