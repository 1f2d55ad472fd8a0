#!/usr/bin/env bash
# Makes what the checks of pages need, in .build-browser: a Chromium and Java from Debian, packages of Python in a folder of
# their own. Where something cannot be had it says so and the tests leave these checks out; with RINGBACK_STRICT it fails.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=.build-browser
wanted=Tests/Browser/requirements.txt

give_up() {
    echo "pages are not checked in a browser: $1" >&2
    [ -z "${RINGBACK_STRICT:-}" ]
    exit
}

missing=()
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
    missing+=(chromium)
command -v java >/dev/null || missing+=(default-jre-headless)
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
if [ "${#missing[@]}" -gt 0 ]; then
    command -v dpkg-query >/dev/null || give_up "${missing[*]} are missing"
    scripts/install-packages.sh "${missing[@]}" || give_up "${missing[*]} cannot be installed"
fi

cmp -s "$wanted" "$folder/installed" && exit 0
rm -rf "$folder"
python3 -m venv "$folder" || give_up "python3 -m venv failed"
"$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps -r "$wanted" || give_up "pip cannot install $wanted"
cp "$wanted" "$folder/installed"
