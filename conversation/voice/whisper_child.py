"""Writes down what a sound file says: `python -m conversation.voice.whisper_child <folder> <language> <seconds> < file`, in a child with limits.

A sound from anybody is taken apart here and nowhere else. The child writes one line of JSON: `words`, or `refused` with the trouble.
"""

from __future__ import annotations

import json
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

from core.confined import ProcessLimits, confine_process
from core.model import Trouble

WEIGHTS = "model.bin"
RATE = 16_000
"""Samples a second that Whisper hears."""
THREADS = 2
MEMORY = 3 * 2**30
"""Of address space beside the weights: what the libraries map is a gigabyte and a half, used or not."""
CPU_SECONDS = 120
SURE = -1.0
"""Mean logarithm of a word's probability below which nothing is believed: Whisper's own threshold for trying once more."""


def main() -> None:
    """Hear what comes on standard input."""
    folder, language, seconds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    weights = (folder / WEIGHTS).stat().st_size
    confine_process(ProcessLimits(memory=MEMORY + 2 * weights, cpu_seconds=CPU_SECONDS, output=2**20))
    sys.stdout.write(json.dumps(hear(folder, language, seconds, sys.stdin.buffer.read())))


def hear(folder: Path, language: str, most_seconds: int, data: bytes) -> dict[str, str]:
    """The words in the sound, or why there are none."""
    from av import FFmpegError
    from faster_whisper import WhisperModel

    try:
        sound = decode_sound(data, most_seconds)
    except (FFmpegError, OSError, ValueError, IndexError):
        return {"refused": Trouble.VOICE_UNCLEAR}
    if len(sound) > most_seconds * RATE:
        return {"refused": Trouble.VOICE_TOO_LONG}
    model = WhisperModel(
        str(folder), device="cpu", compute_type="int8", cpu_threads=THREADS, local_files_only=True
    )
    if not model.model.is_multilingual and language not in {"", "en"}:
        return {"refused": Trouble.VOICE}
    segments, _ = model.transcribe(
        sound, language=language or None, vad_filter=True, condition_on_previous_text=False, temperature=0.0
    )
    return {"words": " ".join(each.text.strip() for each in segments if each.avg_logprob >= SURE)}


def decode_sound(data: bytes, most_seconds: int) -> Any:
    """Mono samples from -1 to 1, float32, `RATE` a second; it stops soon after `most_seconds`, however long the file says that it is.

    Raises what PyAV raises on files that are no sound.
    """
    import av
    import numpy as np

    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    parts, samples = [np.zeros(0, np.int16)], 0
    with av.open(BytesIO(data), mode="r", metadata_errors="ignore") as container:
        for frame in container.decode(audio=0):
            for piece in resampler.resample(frame):
                parts.append(piece.to_ndarray().reshape(-1))
                samples += len(parts[-1])
            if samples > most_seconds * RATE:
                break
    return np.concatenate(parts).astype(np.float32) / 2**15


if __name__ == "__main__":
    main()
