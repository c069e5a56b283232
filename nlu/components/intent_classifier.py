"""Rasa classifier: multinomial logistic regression on the sentence vectors."""
# ruff: noqa: ARG003  the signatures are Rasa's

from __future__ import annotations

import json
from typing import Any, Dict, List, Text, Type

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

FILE = "intents.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SentenceIntentClassifier(IntentClassifier, GraphComponent):
    """Ranks the intents of a message by calibrated probability."""

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Featurizer]

    @staticmethod
    def required_packages() -> List[Text]:
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {"regularisation": 10.0, "ranking_length": 5}

    @classmethod
    def create(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SentenceIntentClassifier:
        return cls(config, model_storage, resource)

    def __init__(self, config: Dict[Text, Any], model_storage: ModelStorage, resource: Resource) -> None:
        self._config = config
        self._storage = model_storage
        self._resource = resource
        self._weights = self._bias = np.zeros(0, dtype=np.float32)
        self._intents: List[Text] = []

    def train(self, training_data: TrainingData) -> Resource:
        from sklearn.linear_model import LogisticRegression

        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        if not examples:
            return self._resource
        model = LogisticRegression(C=self._config["regularisation"], max_iter=300)
        model.fit(self._vectors(examples), [e.get(INTENT) for e in examples])
        self._weights, self._bias = model.coef_.astype(np.float32), model.intercept_.astype(np.float32)
        self._intents = [str(name) for name in model.classes_]
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / FILE, weights=self._weights, bias=self._bias, intents=json.dumps(self._intents))
        return self._resource

    @classmethod
    def load(
        cls,
        config: Dict[Text, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceIntentClassifier:
        loaded = cls(config, model_storage, resource)
        with model_storage.read_from(resource) as folder, np.load(folder / FILE, allow_pickle=False) as saved:
            loaded._weights, loaded._bias = saved["weights"], saved["bias"]
            loaded._intents = json.loads(str(saved["intents"]))
        return loaded

    def process(self, messages: List[Message]) -> List[Message]:
        for message in messages:
            if not self._intents or not message.get_dense_features(TEXT)[1]:
                continue
            scores = (self._vectors([message]) @ self._weights.T + self._bias)[0]
            chances = np.exp(scores - scores.max())
            chances /= chances.sum()
            best = np.argsort(-chances)[: self._config["ranking_length"]]
            ranking = [{"name": self._intents[row], "confidence": float(chances[row])} for row in best]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        self.process(training_data.training_examples)
        return training_data

    def _vectors(self, messages: List[Message]) -> np.ndarray:
        return np.vstack([message.get_dense_features(TEXT)[1].features for message in messages])
