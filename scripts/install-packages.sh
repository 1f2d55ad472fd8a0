#!/usr/bin/env bash
# Installs the Debian packages that the build needs, and those that are named, only where they are missing, and says so.
set -euo pipefail

needed=(git make libpq-dev libsqlite3-dev libxml2-dev zlib1g-dev openssl "$@")

if ! command -v swift >/dev/null; then
    echo "Swift 6.3 is needed and not on the PATH: https://www.swift.org/install/linux/" >&2
    exit 1
fi
# Elsewhere (macOS, other distributions) the same libraries come with the system or by other names.
command -v dpkg-query >/dev/null || exit 0

missing=()
for package in "${needed[@]}"; do
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
[ "${#missing[@]}" -gt 0 ] || exit 0

echo "installing missing Debian packages: ${missing[*]}"
sudo=()
[ "$(id -u)" -eq 0 ] || sudo=(sudo)
"${sudo[@]}" apt-get update -qq
"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
