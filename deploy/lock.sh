#!/bin/sh
# Writes the lock files in requirements/ anew from pyproject.toml, each file of each package with its hash. PyTorch is pinned by hand in
# requirements/torch.txt, without one: its wheel differs by machine (processor or graphics card, and who built it), and a lock must not
# freeze one machine's. What a lock has already stays at its version; "deploy/lock.sh --upgrade" takes the newest of everything.
set -eu
cd "$(dirname "$0")/.."
UV_FIND_LINKS=${UV_FIND_LINKS:-$(printf '%s' "${PIP_FIND_LINKS:-}" | tr ' ' ',')}; export UV_FIND_LINKS
upgrade=${1:-}
compile() { .tools/bin/uv pip compile --quiet --universal --no-annotate --no-header --generate-hashes --no-emit-package torch $upgrade "$@"; }
pinned() { printf '%s\n' "$1" | .tools/bin/uv pip compile --quiet --universal --no-annotate --no-header --generate-hashes $2 - -o "$3"; }
# A package is a line with its version and, indented below it, its hashes.
without_cuda() { # PyTorch brings its own where it wants them
    awk '/^[^ ]/ { keep = !/^(nvidia-|triton|cuda-)/ } keep' "$1" > "$1.new"; mv "$1.new" "$1"
}
only_beside() { # leaves out of $2 what is in $1
    awk 'NR == FNR { if (/^[^ ]/) known[$0] = 1; next } /^[^ ]/ { keep = !($0 in known) } keep' "$1" "$2" > "$2.new"; mv "$2.new" "$2"
}
compile --python-version 3.11 pyproject.toml -o requirements/app.txt
without_cuda requirements/app.txt
for group in test tune e5 voice; do
    compile --python-version 3.11 pyproject.toml --group "$group" -c requirements/app.txt -o "requirements/$group.txt"
    without_cuda "requirements/$group.txt"
    only_beside requirements/app.txt "requirements/$group.txt"
done
compile --python-version 3.10 --group rasa -o requirements/rasa.txt
pinned "$(grep '==' requirements/rasa-extra.txt | tr -d ' \\')" "--no-deps --python-version 3.10" requirements/rasa-extra.txt
pinned "$(grep '==' requirements/tools.txt | tr -d ' \\')" "--python-version 3.11" requirements/tools.txt
pinned "$(grep '==' requirements/node.txt | head -1 | tr -d ' \\')" "--python-version 3.11" requirements/node.txt
