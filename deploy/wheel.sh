#!/bin/sh
# Builds the wheel into a folder, from a copy of the files that git knows, so that nothing is left among the sources and nothing
# unknown gets in. The console's style sheet and map come along from where npm put them. Needs no network, and of one commit makes one
# file, byte for byte: its times are the commit's.
# Usage: deploy/wheel.sh FOLDER
set -eu
folder=${1:?"Usage: deploy/wheel.sh FOLDER"}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
cd "$(dirname "$0")/.."
[ -d console/node_modules ] || echo "cityline: console/node_modules is not there (make environments fetches it); the console in this wheel will have no style sheet and no map" >&2

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
git ls-files -z | tar --null --files-from=- --create --file=- | tar --extract --file=- --directory="$copy"
[ ! -d console/node_modules ] || cp -R console/node_modules "$copy/console/"
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct); export SOURCE_DATE_EPOCH
.tools/bin/uv build --quiet --wheel --offline --no-build-isolation --no-create-gitignore --python .venv/bin/python --out-dir "$folder" "$copy"
