"""What the serving process does not load: PyTorch and its kin are for the process that exports an encoder, and for tuning."""

from __future__ import annotations

import json
import subprocess
import sys

from knowledge.index.encoder_export import export_packaged
from nlu.environment import ROOT

PROGRAM = """
import json, sys
from pathlib import Path
from bot.app import build_app
from bot.migrate import upgrade_database
from bot.web import web_app
from core.settings import Settings
from knowledge.index.embedding import SentenceEmbedder

folder = Path(sys.argv[1])
settings = Settings(data_dir=folder, rasa_url="http://127.0.0.1:9")
upgrade_database(settings.database)
app = build_app(settings)
web_app(app, 1000)
(folder / "a.md").write_text("# Trash\\n\\nPut your cart at the curb.", encoding="utf-8")
from knowledge.imports.importing import import_paths
import_paths([folder / "a.md"], folder / "knowledge", app.embedders)
app.life.warm_up()
found = app.library.ask("where do I put my cart", "en").found[0].passage.title
app.life.stop()
print(json.dumps({"found": found, "loaded": sorted(sys.modules)}))
"""
LEFT_OUT = {"torch", "transformers", "sentence_transformers", "onnx", "onnxscript", "pandas", "sklearn"}


def test_no_library_that_only_trains_or_exports_is_loaded_by_the_serving_process(tmp_path):
    models = ROOT / "var" / "models"
    export_packaged(models)
    (tmp_path / "models").symlink_to(models, target_is_directory=True)

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["found"] == "Trash"
    assert "onnxruntime" in said["loaded"]
    assert LEFT_OUT & set(said["loaded"]) == set()
