#!/bin/sh
# freeze.sh: resolve pyproject.toml anew in a throwaway environment and write constraints.txt.
set -eu

python=${PYTHON:-python3}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$python" -m venv "$scratch/venv"
"$scratch/venv/bin/python" -m pip install --quiet --disable-pip-version-check --editable '.[dev,bench]'
{
    echo "# The exact versions that are tested together. Written by 'make freeze'; do not edit."
    "$scratch/venv/bin/python" -m pip freeze --exclude-editable | grep '==' | LC_ALL=C sort -f
} > "$scratch/constraints.txt"
cp "$scratch/constraints.txt" constraints.txt
