"""Rasa featurizer: one dense vector for each sentence, from one or more encoders side by side."""
# ruff: noqa: ARG003  the signatures are Rasa's

from __future__ import annotations

import base64
import os
import re
from pathlib import Path
from typing import Any, Callable, Dict, List, Text

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from core.encoder import SentenceEncoder, describe_encoder

ENCODERS = "CITYLINE_ENCODERS"
"""The environment variable that names the folders of exported encoders, separated as in PATH."""
VECTORS = "sentence_vectors"
"""In the answer to a parse: the sentence's vector by each encoder, float32 in base64. Who searches for the same sentence next
need not compute them again."""


def encoder_folders() -> Dict[str, Path]:
    """The folders of the exported encoders, by the encoders' names."""
    named = os.environ.get(ENCODERS, "").split(os.pathsep)
    return {describe_encoder(Path(folder))["name"]: Path(folder) for folder in named if folder}


# The parameter names below are Rasa's: its graph is wired by name and annotation.
@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceFeaturizer(DenseFeaturizer, GraphComponent):
    """Sets the joined sentence vector of the encoders named in `encoders`; knows no tokens."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {**DenseFeaturizer.get_default_config(), "encoders": ["use", "minilm"]}

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        folders = encoder_folders()
        if unknown := set(config.get("encoders", [])) - set(folders):
            raise InvalidConfigException(
                f"SentenceFeaturizer has no encoder {sorted(unknown)}; {ENCODERS} names those that are exported: {sorted(folders)}."
            )

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceFeaturizer:
        return cls(execution_context.node_name, config)

    def __init__(self, name: Text, config: Dict[Text, Any]) -> None:
        super().__init__(name, config)
        folders = encoder_folders()
        self._encoders = [SentenceEncoder(folders[encoder]) for encoder in config["encoders"]]

    def process(self, messages: List[Message]) -> List[Message]:
        self._featurize([message for message in messages if message.get(TEXT)], TEXT, lambda text: text)
        for message in messages:
            if features := message.get_dense_features(TEXT, [])[1]:
                message.set(VECTORS, self._handed_on(features.features[0]), add_to_output=True)
        return messages

    def _handed_on(self, joined: np.ndarray) -> Dict[Text, Text]:
        parts = np.split(joined, np.cumsum([encoder.size for encoder in self._encoders])[:-1])
        return {
            encoder.name: base64.b64encode(part.astype("<f4").tobytes()).decode()
            for encoder, part in zip(self._encoders, parts, strict=True)
        }

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        examples = training_data.training_examples
        self._featurize([message for message in examples if message.get(TEXT)], TEXT, lambda text: text)
        # The name of an intent says what it means: the classifier takes it for one more example.
        self._featurize(
            training_data.intent_examples, INTENT, lambda name: re.sub(r"\W+|_+", " ", name).strip()
        )
        return training_data

    def _featurize(self, messages: List[Message], attribute: Text, words: Callable[[Text], Text]) -> None:
        values = sorted({message.get(attribute) for message in messages})
        if not values:
            return
        texts = [words(value) for value in values]
        joined = np.hstack([encoder.encode(texts) for encoder in self._encoders])
        vectors = dict(zip(values, joined, strict=True))
        for message in messages:
            # Rasa knows vectors of single tokens too; no component of the pipeline reads any.
            self.add_features_to_message(
                None, vectors[message.get(attribute)][np.newaxis, :], attribute, message
            )
