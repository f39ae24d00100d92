#!/bin/sh
# set_up.sh VENV REQUIREMENT: make the virtual environment VENV where there is no working one, and
# install REQUIREMENT (this checkout, with or without extras) into it as an editable install.
# PYTHON names the interpreter to start from.
set -eu

venv=$1
requirement=$2
python=${PYTHON:-python3}

fail() {
    printf 'Tenure: %s\n' "$@" >&2
    exit 1
}

# Whoever has several Pythons can name one; say so in every message about it.
remedy="Name another with 'make PYTHON=/path/to/python3.11'."

command -v "$python" >/dev/null 2>&1 ||
    fail "there is no '$python' on this machine. Tenure needs Python 3.11 or newer." "$remedy"

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "'$python' is $("$python" --version 2>&1); Tenure needs Python 3.11 or newer." "$remedy"

# The scripts in an environment know its absolute path; one that was moved is of no use.
place=$(pwd -P)
works() {
    "$venv/bin/python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null &&
        [ "$(cat "$venv/.place" 2>/dev/null || echo "$place")" = "$place" ]
}

if ! works; then
    # Debian ships these two apart from Python itself.
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "'$python' cannot make virtual environments: its venv module is not installed." \
            "On Debian and Ubuntu: apt-get install python3-venv. $remedy"
    echo "Making $venv with $("$python" --version 2>&1) …"
    "$python" -m venv --clear "$venv"
fi
echo "$place" > "$venv/.place"

echo "Installing into $venv (a minute or two the first time) …"
# The pip that comes with Python 3.11 takes half as long again to choose among versions. What is
# installed is compiled after it, on all processors.
{
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check 'pip>=25' &&
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile \
            --constraint constraints.txt --editable "$requirement"
} ||
    fail "the installation failed; what pip says is above." \
        "It needs a package index within reach. Run the same command again to go on."
"$venv/bin/python" -m compileall -q -j 0 "$venv/lib" >/dev/null 2>&1 ||
    true # a few files that packages bring are templates, and no Python
