"""Rasa featurizer: one dense vector for each sentence, from one or more encoders side by side."""
# ruff: noqa: ARG003  the signatures are Rasa's

from __future__ import annotations

from typing import Any, Dict, List, Text

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.encoders import ENCODERS


# The parameter names below are Rasa's: its graph is wired by name and annotation.
@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceFeaturizer(DenseFeaturizer, GraphComponent):
    """Sets the joined sentence vector of the encoders named in `encoders`; knows no tokens."""

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {**DenseFeaturizer.get_default_config(), "encoders": ["use", "minilm"]}

    @classmethod
    def validate_config(cls, config: Dict[Text, Any]) -> None:
        unknown = set(config.get("encoders", [])) - set(ENCODERS)
        if unknown:
            raise InvalidConfigException(
                f"SentenceFeaturizer has no encoder {sorted(unknown)}; choose from {sorted(ENCODERS)}."
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
        self._encoders = [ENCODERS[encoder]() for encoder in config["encoders"]]

    def process(self, messages: List[Message]) -> List[Message]:
        with_text = [message for message in messages if message.get(TEXT)]
        if with_text:
            texts = [message.get(TEXT) for message in with_text]
            joined = np.hstack([encoder.encode(texts) for encoder in self._encoders])
            for message, vector in zip(with_text, joined, strict=True):
                # Rasa wants a sequence too; no component of the pipeline reads it.
                self.add_features_to_message(None, vector[np.newaxis, :], TEXT, message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data
