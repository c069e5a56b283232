#!/bin/sh
# Writes the lock files in requirements/ anew from pyproject.toml. PyTorch is pinned by hand in requirements/torch.txt: its
# wheel differs by machine, and a lock must not freeze one machine's.
set -eu
cd "$(dirname "$0")/.."
UV_FIND_LINKS=${UV_FIND_LINKS:-$(printf '%s' "${PIP_FIND_LINKS:-}" | tr ' ' ',')}; export UV_FIND_LINKS
compile() { .tools/bin/uv pip compile --quiet --universal --no-annotate --no-header --no-emit-package torch "$@"; }
without_cuda() { grep -vE '^(nvidia-|triton|cuda-)' "$1" > "$1.new"; mv "$1.new" "$1"; } # PyTorch brings its own where it wants them
compile --python-version 3.11 pyproject.toml -o requirements/app.txt
compile --python-version 3.11 pyproject.toml --group test -o requirements/test.txt
compile --python-version 3.10 --group rasa -o requirements/rasa.txt
compile --python-version 3.11 --group tune -c requirements/app.txt -o requirements/tune.txt
without_cuda requirements/app.txt
without_cuda requirements/test.txt
without_cuda requirements/tune.txt
grep -vxFf requirements/app.txt requirements/tune.txt > requirements/tune.txt.new # only what tuning needs beside the rest
mv requirements/tune.txt.new requirements/tune.txt
