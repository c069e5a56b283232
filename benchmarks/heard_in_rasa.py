"""The half of `benchmarks/heard.py` that runs in Rasa's Python: trains the classifier of config.yml and ranks texts with it."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np


def pipeline() -> dict[str, Any]:
    """What config.yml says of encoders and classifier, filled up with the components' own defaults."""
    from ruamel.yaml import YAML

    from nlu.rasa_lean import leave_out_unused

    steps = YAML(typ="safe").load(Path("config.yml").read_text(encoding="utf-8"))["pipeline"]
    leave_out_unused([step["name"] for step in steps])
    from nlu.components.intent_classifier import SentenceIntentClassifier
    from nlu.components.sentence_featurizer import SentenceFeaturizer

    defaults = {**SentenceFeaturizer.get_default_config(), **SentenceIntentClassifier.get_default_config()}
    return {**defaults, **{key: value for step in steps for key, value in step.items()}}


def encode(texts: list[str], encoders: list[str]) -> dict[str, np.ndarray]:
    """The joined vectors of the featurizer, by text."""
    from core.encoder import SentenceEncoder
    from nlu.components.sentence_featurizer import encoder_folders

    distinct, folders = sorted(set(texts)), encoder_folders()
    joined = np.hstack([SentenceEncoder(folders[name]).encode(distinct) for name in encoders])
    return dict(zip(distinct, joined, strict=True))


def main() -> None:
    questions = json.load(sys.stdin)
    settings = pipeline()
    from nlu.components.intent_model import fit

    train, asked = questions["train"], questions["asked"]
    words = {line["intent"]: re.sub(r"\W+|_+", " ", line["intent"]).strip() for line in train}
    texts = [line["text"] for line in train]
    vectors = encode([*texts, *asked, *words.values()], settings["encoders"])
    rankings = []
    for languages in questions["trainings"]:
        lines = [line for line in train if line["language"] in languages]
        model = fit(
            np.vstack([vectors[line["text"]] for line in lines]),
            [line["intent"] for line in lines],
            {intent: vectors[text] for intent, text in words.items()},
            settings["regularisation"],
            settings["shrinkage"],
        )
        rankings.append(model.rank(np.vstack([vectors[text] for text in asked]), settings["background"]))
    print(json.dumps(rankings))


if __name__ == "__main__":
    main()
