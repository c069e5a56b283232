"""Rasa classifier: ranks the intents of a message by its sentence vector, with calibrated confidences."""
# ruff: noqa: ARG003  the signatures are Rasa's

from __future__ import annotations

from typing import Any, Dict, List, Optional, Text, Type

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

from nlu.components.intent_model import REGULARISATION, SHRINKAGE, IntentModel, fit

FILE = "intents.npz"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SentenceIntentClassifier(IntentClassifier, GraphComponent):
    """Trains and asks an `IntentModel` on the vectors that a `SentenceFeaturizer` left on the messages.

    What `background` names is learned like an intent and never named: texts that mean no intent of their own.
    """

    @classmethod
    def required_components(cls) -> List[Type]:
        return [Featurizer]

    @staticmethod
    def required_packages() -> List[Text]:
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> Dict[Text, Any]:
        return {
            "regularisation": REGULARISATION,
            "shrinkage": SHRINKAGE,
            "background": [],
            "ranking_length": 5,
        }

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
        self._model: Optional[IntentModel] = None

    def train(self, training_data: TrainingData) -> Resource:
        examples = [
            e for e in training_data.intent_examples if e.get(INTENT) and _vector(e, TEXT) is not None
        ]
        if not examples:
            return self._resource
        names = {e.get(INTENT): _vector(e, INTENT) for e in examples if _vector(e, INTENT) is not None}
        self._model = fit(
            np.vstack([_vector(example, TEXT) for example in examples]),
            [example.get(INTENT) for example in examples],
            names,
            self._config["regularisation"],
            self._config["shrinkage"],
        )
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder / FILE)
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
        with model_storage.read_from(resource) as folder:
            loaded._model = IntentModel.load(folder / FILE)
        return loaded

    def process(self, messages: List[Message]) -> List[Message]:
        known = [message for message in messages if _vector(message, TEXT) is not None]
        if self._model is None or not known:
            return messages
        vectors = np.vstack([_vector(message, TEXT) for message in known])
        rankings = self._model.rank(vectors, self._config["background"])
        for message, ranked in zip(known, rankings, strict=True):
            length = self._config["ranking_length"] or len(ranked)
            ranking = [{"name": name, "confidence": confidence} for name, confidence in ranked[:length]]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages


def _vector(message: Message, attribute: Text) -> Optional[np.ndarray]:
    """The sentence vector of one attribute, without the axis of length one."""
    features = message.get_dense_features(attribute)[1]
    return None if features is None else features.features[0]
