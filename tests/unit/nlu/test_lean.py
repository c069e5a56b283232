"""What stands in for libraries that Rasa imports and our pipeline does not use; each case in a Python of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
OURS = ["nlu.components.sentence_featurizer.SentenceFeaturizer", "rasa.graph_components.converters.X"]
BEGIN = f"from nlu.rasa_lean import leave_out_unused\nassert leave_out_unused({OURS})\n"


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize(
    "use",
    [
        "import tensorflow as tf; tf.float32; tf.keras.layers.Layer",
        "import tensorflow.keras.backend as K; from keras.utils.control_flow_util import smart_cond",
        "from tensorflow.types.experimental import TensorLike; from typing import Optional; Optional[TensorLike]",
        "import tensorflow as tf\nclass Layer(tf.keras.layers.Layer):\n    @tf.function\n    def call(self): ...",
        "import tensorflow as tf\n@tf.function(jit=True)\ndef f(): return 7\nassert f() == 7",
        "import tensorflow as tf\nassert not isinstance(3, tf.Tensor)",
        "import matplotlib; from matplotlib.ticker import FormatStrFormatter",
    ],
)
def test_what_importing_rasa_does_with_them_works(use):
    assert run(BEGIN + use).stderr == ""


def test_using_one_fails_with_a_plain_sentence():
    made = run(BEGIN + "import tensorflow as tf\nclass Layer(tf.keras.layers.Layer): ...\nLayer()")

    assert "Layer needs TensorFlow, which was left out" in made.stderr


@pytest.mark.parametrize(
    "component", ["DIETClassifier", "rasa.core.policies.ted_policy.TEDPolicy", "other.Component"]
)
def test_nothing_is_left_out_when_a_component_might_need_it(component):
    code = "import sys\nbefore = list(sys.meta_path)\nfrom nlu.rasa_lean import leave_out_unused\n"
    code += f"assert not leave_out_unused({[*OURS, component]})\nassert sys.meta_path == before"

    assert run(code).stderr == ""
