"""Runs the quality benchmarks that `quality.toml` lists, each in a process of its own, and writes docs/quality.md.

    python benchmarks/quality.py [--data DIR] [--only PART ...]     measure and write the page
    python benchmarks/quality.py --page                             write the page again from what was measured
    python benchmarks/quality.py --record                           record the floors of tests/integration/quality

What was measured is kept in `benchmarks/measured.json`: a part that is not run keeps its figures and their date. A part that
lacks its data or its program is named as not measured, with the reason. The status is 1 when a part failed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.machine import ROOT, machine
from benchmarks.quality_page import page

PARTS = ROOT / "benchmarks" / "quality.toml"
MEASURED = ROOT / "benchmarks" / "measured.json"
PAGE = ROOT / "docs" / "quality.md"
DATA = ROOT.parent / "shared" / "data"
WORK = ROOT / "var" / "quality"
CONFIGURATION = (
    "config.yml",
    "nlu/data/*.yml",
    "nlu/components/*.py",
    "knowledge/*.py",
    "city/*.py",
    "city/*.toml",
)
"""What the figures depend on beside the installed packages; more patterns than files do no harm."""

Part = dict[str, Any]
Result = dict[str, Any]


def read_parts() -> list[Part]:
    """The parts, in the order of the page."""
    parts: list[Part] = tomllib.loads(PARTS.read_text(encoding="utf-8"))["part"]
    return parts


def read_measured() -> dict[str, Result]:
    """What is known of each part."""
    known: dict[str, Result] = json.loads(MEASURED.read_text(encoding="utf-8")) if MEASURED.exists() else {}
    return known


def configuration_digest() -> str:
    """Twelve digits that change with the pipeline, its training data and the code that is measured."""
    total = hashlib.sha256()
    for pattern in CONFIGURATION:
        for file in sorted(ROOT.glob(pattern)):
            total.update(str(file.relative_to(ROOT)).encode())
            total.update(file.read_bytes())
    return total.hexdigest()[:12]


def lacking(part: Part, data: Path) -> str:
    """Why a part cannot be measured here; empty when it can."""
    program = part.get("program") or part["command"][0]
    if not (ROOT / program).is_file():
        return f"its program {program} is not here"
    missing = [name for name in part.get("needs", ()) if not (data / name).exists()]
    return f"its data is not here: {', '.join(missing)}" if missing else ""


def run(part: Part, data: Path) -> Result:
    """Measure one part: `raw`, what its program printed, or `why` not."""
    if why := lacking(part, data):
        return {"why": why}
    WORK.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, *(word.format(data=data, work=WORK) for word in part["command"])]
    configuration, before, began = configuration_digest(), _processor_seconds(), time.monotonic()
    try:
        status, printed, said = _run_alone(command, 60 * part.get("minutes", 10))
    except subprocess.TimeoutExpired:
        return {"why": f"it took longer than {part.get('minutes', 10)} minutes", "failed": True}
    if status != 0:
        last = (said.strip().splitlines() or ["no words"])[-1]
        last = last.replace(str(data), "DATA").replace(str(ROOT), ".")  # the page is for everybody
        return {"why": f"its program failed ({last[:200]})", "failed": True}
    return {
        "raw": json.loads(printed[printed.index("{") :]),
        "date": datetime.now(UTC).date().isoformat(),
        "configuration": configuration,
        "processor_seconds": round(_processor_seconds() - before),
        "seconds": round(time.monotonic() - began),
        "machine": machine(),
    }


def _run_alone(command: list[str], seconds: float) -> tuple[int, str, str]:
    """Status, standard output and error of a program; when its time is over, it and all that it started are ended."""
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    with subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | one_thread,
        start_new_session=True,
    ) as child:
        try:
            printed, said = child.communicate(timeout=seconds)
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            raise
    return child.returncode, printed, said


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def value_at(raw: Any, key: str | Sequence[str]) -> float | None:
    """The figure that a dotted key (or a list, where names have dots) leads to; numbers are places in a list. None when there is none."""
    for step in key.split(".") if isinstance(key, str) else key:
        try:
            raw = raw[int(step)] if isinstance(raw, list) else raw[step]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return float(raw) if isinstance(raw, int | float) else None


def read_figures(part: Part, raw: Any) -> dict[str, float]:
    """The figures of a part by name, multiplied and rounded as its list says."""
    found = {}
    for figure in part["figures"]:
        value = value_at(raw, figure["key"])
        if value is not None:
            found[figure["name"]] = round(value * figure.get("times", 1), figure.get("digits", 1))
    return found


def kept(part: Part, result: Result, before: Result) -> Result:
    """What is remembered of a part: its new figures, or the old ones and why there are no new ones."""
    if "raw" not in result:
        return {key: value for key, value in before.items() if key != "why"} | {"why": result["why"]}
    raw = result.pop("raw")
    figures, curve = read_figures(part, raw), raw.get(part.get("curve", ""), [])
    if len(figures) < len(part["figures"]):
        missing = [figure["name"] for figure in part["figures"] if figure["name"] not in figures]
        result["why"] = f"its program printed no figure for: {', '.join(missing)}"
    return result | {"figures": figures} | ({"curve": curve} if curve else {})


def measure(parts: Sequence[Part], data: Path) -> bool:
    """Measure these parts and remember each at once; whether none failed."""
    fine = True
    for part in parts:
        print(f"{part['name']} ...", file=sys.stderr, flush=True)
        result = run(part, data)
        fine = fine and not result.pop("failed", False)
        known = read_measured()
        known[part["name"]] = kept(part, result, known.get(part["name"], {}))
        MEASURED.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        print(
            json.dumps(known[part["name"]].get("figures", known[part["name"]])), file=sys.stderr, flush=True
        )
    return fine


def main() -> None:
    """Measure, write."""
    parts = read_parts()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA, help="outside data, default ../shared/data")
    parser.add_argument("--only", nargs="+", choices=[part["name"] for part in parts], metavar="PART")
    parser.add_argument("--page", action="store_true", help="measure nothing, write the page")
    parser.add_argument("--record", action="store_true", help="record what the tests hold as floors")
    given = parser.parse_args()
    if given.record:
        from benchmarks.quality_floors import record

        record(given.data)
        return
    chosen = [part for part in parts if not given.only or part["name"] in given.only]
    fine = given.page or measure(chosen, given.data)
    PAGE.write_text(page(parts, read_measured()), encoding="utf-8")
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    main()
