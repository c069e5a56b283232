#!/bin/sh
# Makes the two Python environments (docs/decisions/0001-two-pythons.md) and does nothing when they are as the lock files say.
# Usage: deploy/environments.sh [test]     with "test", what the tests need is installed too.
set -eu
cd "$(dirname "$0")/.."
umask 022

say() { printf '%s\n' "cityline: $*"; }
stop() { say "$*" >&2; exit 1; }
digest() { cat "$@" | cksum | tr ' ' '-'; }
is_made() { [ -f "$1/.made-of" ] && [ "$(cat "$1/.made-of")" = "$2" ]; }
runs() { "$1" -c "import sys; sys.exit(not ($2))" 2>/dev/null; }

find_python() { # the application's Python: 3.11 to 3.13
    for name in "${PYTHON:-python3.11}" python3.11 python3.12 python3.13 python3; do
        path=$(command -v "$name" 2>/dev/null) || continue
        runs "$path" "(3, 11) <= sys.version_info < (3, 14)" && { echo "$path"; return; }
    done
    stop "No Python 3.11, 3.12 or 3.13 was found; install one, or name it: make PYTHON=/path/to/python3.11 run"
}

find_python_310() { # Rasa's Python: on the PATH, from pyenv, else uv fetches one
    for path in "$(command -v python3.10 2>/dev/null || true)" "$(pyenv prefix 3.10 2>/dev/null || true)/bin/python"; do
        [ -x "$path" ] && runs "$path" "sys.version_info[:2] == (3, 10)" && { echo "$path"; return; }
    done
    echo 3.10
}

# uv looks for wheels where pip is told to look; elsewhere it is asked for PyTorch without CUDA.
UV_FIND_LINKS=${UV_FIND_LINKS:-$(printf '%s' "${PIP_FIND_LINKS:-}" | tr ' ' ',')}
if [ -n "$UV_FIND_LINKS" ]; then export UV_FIND_LINKS; else unset UV_FIND_LINKS; export UV_TORCH_BACKEND="${UV_TORCH_BACKEND:-cpu}"; fi
UV_HTTP_TIMEOUT=${UV_HTTP_TIMEOUT:-180}; export UV_HTTP_TIMEOUT
UV_COMPILE_BYTECODE=${UV_COMPILE_BYTECODE:-1}; export UV_COMPILE_BYTECODE # else the first start takes half a minute longer
UV=.tools/bin/uv
# Every file that is installed must be one that the lock knows by its hash. PyTorch alone has none (deploy/lock.sh says why); it comes
# last, so that what it needs is there already, checked.
locked() { $UV pip install --require-hashes --no-deps "$@"; }

if ! is_made .tools "$(digest requirements/tools.txt)"; then
    say "fetching uv, which makes the environments ..."
    "$(find_python)" -m venv --clear .tools
    .tools/bin/python -m pip install --quiet --require-hashes -r requirements/tools.txt
    digest requirements/tools.txt > .tools/.made-of
fi

files="requirements/app.txt"
[ "${1:-}" = test ] && files="$files requirements/test.txt"
if ! is_made .venv "$(digest requirements/torch.txt $files)" && ! is_made .venv "$(digest requirements/torch.txt requirements/app.txt requirements/test.txt)"; then
    say "installing what Cityline needs (about 1.7 GB, once) ..."
    [ -x .venv/bin/python ] || $UV venv --quiet --python "$(find_python)" .venv
    locked --python .venv/bin/python $(printf -- '-r %s ' $files)
    $UV pip install --python .venv/bin/python -r requirements/torch.txt
    $UV pip install --quiet --python .venv/bin/python --no-deps --editable . # the command `cityline`
    digest requirements/torch.txt $files > .venv/.made-of
fi

if ! is_made console/node_modules "$(digest console/package-lock.json)"; then
    say "fetching the console's style sheet and map ..."
    if ! command -v npm >/dev/null 2>&1; then # a Node of our own, from the package index
        locked --quiet --python .tools/bin/python -r requirements/node.txt
        PATH="$PWD/.tools/bin:$PATH"
    fi
    (cd console && npm ci --silent --no-audit --no-fund)
    digest console/package-lock.json > console/node_modules/.made-of
fi

if ! is_made .venv-rasa "$(digest requirements/rasa.txt requirements/rasa-extra.txt)"; then
    say "installing Rasa in a Python 3.10 of its own (about 2.5 GB, once) ..."
    [ -x .venv-rasa/bin/python ] || $UV venv --quiet --python "$(find_python_310)" .venv-rasa
    locked --python .venv-rasa/bin/python -r requirements/rasa.txt
    locked --python .venv-rasa/bin/python -r requirements/rasa-extra.txt
    digest requirements/rasa.txt requirements/rasa-extra.txt > .venv-rasa/.made-of
fi
