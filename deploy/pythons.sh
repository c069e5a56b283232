#!/bin/sh
# Runs the quick tests on each further Python that Cityline promises (3.12, 3.13), where it is installed; skips it and says so elsewhere.
# PyTorch stays out: its wheel is gigabytes for a Python it was not fetched for, and no quick test loads a model with it.
set -eu
cd "$(dirname "$0")/.."
export UV_COMPILE_BYTECODE=0

find_python() { # of this version, on the PATH or from pyenv
    for path in "$(command -v "python$1" 2>/dev/null || true)" "$(pyenv prefix "$(pyenv versions --bare 2>/dev/null | grep "^$1\." | tail -1)" 2>/dev/null || true)/bin/python"; do
        [ -x "$path" ] && "$path" -c "import sys; sys.exit('%d.%d' % sys.version_info[:2] != '$1')" 2>/dev/null && { echo "$path"; return; }
    done
}

for version in 3.12 3.13; do
    python=$(find_python "$version")
    if [ -z "$python" ]; then
        echo "cityline: Python $version is not installed here; the quick tests were not run on it"
        continue
    fi
    environment=.tools/python$version
    made_of=$(cat requirements/app.txt requirements/test.txt | cksum | tr ' ' '-')
    if [ "$(cat "$environment/.made-of" 2>/dev/null)" != "$made_of" ]; then
        [ -x "$environment/bin/python" ] || .tools/bin/uv venv --quiet --python "$python" "$environment"
        awk '/^[^ #]/ { left_out = /^(torch|transformers|sentence-transformers)=/ } !left_out' requirements/app.txt requirements/test.txt > "$environment/requirements.txt"
        .tools/bin/uv pip install --quiet --python "$environment/bin/python" --no-deps -r "$environment/requirements.txt"
        echo "$made_of" > "$environment/.made-of"
    fi
    echo "cityline: the quick tests on Python $version"
    "$environment/bin/python" -m pytest tests/unit -n "${JOBS:-2}" --dist loadfile
done
