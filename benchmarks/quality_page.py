"""docs/quality.md from what was measured: a table a subject, and how precision falls as more is answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

HEAD = """# How well it does

Written by `make bench-quality` from `benchmarks/quality.toml` (what is measured) and `benchmarks/measured.json` (what came out); do not edit it.
`benchmarks/quality.py --only PART` measures one part anew. Baselines are other ways on the same data, as [nlu.md](nlu.md) and [knowledge.md](knowledge.md)
tell. The library's order is a plain sum and learned from nothing; how sure it is was learned (`benchmarks/learn_sureness.py`) from all of these questions but the
ones marked as never learned from, and "sureness, learned without the data set" judges it on data sets that it did not see. An aim is what a change may not fall below without a reason: nearly all are figures that were reached
before, rounded down, and no promise of more; those of the city's own sentences in each language are goals. Parts with few questions move by a point or two by chance.
"""


def page(parts: Sequence[Mapping[str, Any]], measured: Mapping[str, Mapping[str, Any]]) -> str:
    """The whole page, Markdown."""
    subjects = list(dict.fromkeys(part["subject"] for part in parts))
    blocks = [HEAD]
    for subject in subjects:
        own = [part for part in parts if part["subject"] == subject]
        blocks.append("\n".join(_table(subject, own, measured)))
    blocks += ["\n".join(_curves(parts, measured)), "\n".join(_circumstances(parts, measured))]
    return "\n".join(block + "\n" for block in blocks if block)


def _table(
    subject: str, parts: Sequence[Mapping[str, Any]], measured: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    yield f"## {subject}\n"
    yield "| what | figure | Cityline | aim | baselines |"
    yield "| --- | --- | --- | --- | --- |"
    for part in parts:
        result = measured.get(part["name"], {})
        figures = result.get("figures", {})
        if not figures:
            yield f"| {part['title']} | | not measured: {result.get('why', 'not yet run')} | | |"
            continue
        for figure in part["figures"]:
            if figure["name"] in figures:
                yield _row(part["title"], figure, figures[figure["name"]])


def _row(title: str, figure: Mapping[str, Any], value: float) -> str:
    baselines = ", ".join(
        f"{name} {_shown(figure, one)}" for name, one in figure.get("baselines", {}).items()
    )
    unit = f", {figure['unit']}" if "unit" in figure else ""
    return f"| {title} | {figure['name']}{unit} | **{_shown(figure, value)}** | {_aim(figure, value)} | {baselines} |"


def _aim(figure: Mapping[str, Any], value: float) -> str:
    if "aim" not in figure:
        return ""
    reached = value <= figure["aim"] if figure.get("less") else value >= figure["aim"]
    sign = "at most " if figure.get("less") else ""
    return f"{sign}{_shown(figure, figure['aim'])}, {'reached' if reached else 'not reached'}"


def _shown(figure: Mapping[str, Any], value: float) -> str:
    return f"{value:.{figure.get('digits', 1)}f}"


def _curves(parts: Sequence[Mapping[str, Any]], measured: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Precision in percent when only the surest share of the questions is answered."""
    known = [
        (part, measured[part["name"]]["curve"])
        for part in parts
        if measured.get(part["name"], {}).get("curve")
    ]
    if not known:
        return
    yield "## Precision against the share answered\n"
    yield "Of the questions that the library is surest of, how many (in %) get the right section first (where sections are labelled, else the right document); in brackets the least score among them."
    yield "A question that has no answer there, as some of the sample city's, is wrong wherever it is answered. `CITYLINE_ANSWER_THRESHOLD` chooses a place on the curve.\n"
    shares = [row[0] for row in known[0][1]]
    yield "| share answered | " + " | ".join(f"{share:.0f} %" for share in shares) + " |"
    yield "| --- |" + " --- |" * len(shares)
    for part, rows in known:
        yield (
            f"| {part['title']} | "
            + " | ".join(f"{right:.0f} ({least:.2f})" for _, right, least in rows)
            + " |"
        )


def _circumstances(
    parts: Sequence[Mapping[str, Any]], measured: Mapping[str, Mapping[str, Any]]
) -> Iterator[str]:
    yield "## When and on what\n"
    yield "The configuration is a digest of pipeline, training data and code that is measured. Processor time is of one thread a process.\n"
    yield "| part | measured | configuration | seed | processor time | machine |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for part in parts:
        result = measured.get(part["name"], {})
        if "date" not in result:
            continue
        machine = result["machine"]
        facts = f"{machine['cores']} cores, {machine['memory_mb'] / 1024:.0f} GB, Python {machine['python']}"
        why = f" ({result['why']})" if result.get("why") else ""
        seed = part.get("seed", "none drawn")
        yield f"| `{part['name']}` | {result['date']}{why} | `{result['configuration']}` | {seed} | {result['processor_seconds']} s | {facts} |"
