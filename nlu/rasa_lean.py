"""Keeps TensorFlow and matplotlib out of Rasa's process when the pipeline has no use for them.

Rasa imports both wherever it starts, for DIET and TED and for plots that a parse never asks for; that is more than half
of its memory and most of its start. With this in place the imports succeed and give stand-ins: they can be named,
annotated with, decorated with and inherited from, which is all that importing Rasa does, and fail with a plain sentence
as soon as somebody wants to make one.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import json
import sys
import tarfile
import types
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

LEFT_OUT = ("tensorflow", "tensorflow_hub", "keras", "matplotlib")
# What a graph may consist of: our components, and Rasa's plain plumbing around them.
WITHOUT = (
    "nlu.components.",
    "rasa.graph_components.",
    "rasa.nlu.classifiers.regex_message_handler.",
)


def components_of_config(config: Path) -> list[str]:
    """Full names of the components in a pipeline; Rasa's own have short ones."""
    from ruamel.yaml import YAML

    loaded = YAML(typ="safe").load(config.read_text(encoding="utf-8"))
    return [str(component["name"]) for component in loaded.get("pipeline") or [{"name": "Rasa's default"}]]


def components_of_model(model: Path) -> list[str]:
    """Full names of the components that a trained model is made of."""
    with tarfile.open(model) as archive:
        metadata = json.load(archive.extractfile("metadata.json"))  # type: ignore[arg-type]
    return [node["uses"] for node in metadata["predict_schema"]["nodes"].values()]


def leave_out_unused(components: Iterable[str]) -> bool:
    """Leave out what these components do not use; says whether it was done. Call it before Rasa is imported.

    With any of Rasa's own components among them everything stays as it is.
    """
    if not all(component.startswith(WITHOUT) for component in components):
        return False
    sys.meta_path.insert(0, _Finder())
    return True


class _StandIn(type):
    """Class of the stand-ins: whatever is asked of one is another one."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _stand_in(name)
        setattr(cls, name, made)
        return made

    def __call__(cls, *arguments: Any, **named: Any) -> Any:
        if not cls.__dict__.get("_is_stand_in"):
            raise RuntimeError(
                f"{cls.__name__} needs TensorFlow, which was left out of this process (nlu/rasa_lean.py)."
            )
        if len(arguments) == 1 and not named and callable(arguments[0]):
            return arguments[0]  # used as a decorator
        return _unchanged  # a decorator with arguments


def _unchanged(decorated: Callable[..., Any]) -> Callable[..., Any]:
    return decorated


def _stand_in(name: str) -> _StandIn:
    return _StandIn(name, (), {"_is_stand_in": True})


class _Module(types.ModuleType):
    """A module in which everything is a stand-in."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _stand_in(name)
        setattr(self, name, made)
        return made


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the left-out packages and everything inside them."""

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: Any = None) -> Any:  # noqa: ARG002
        if fullname.split(".", maxsplit=1)[0] in LEFT_OUT:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: Any) -> types.ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass
