#!/usr/bin/env bash
# Lays out in target/package what a package is made of: the program without its symbols, its manual pages, its completions.
set -euo pipefail
cd "$(dirname "$0")/.."
program=$1
out=target/package
rm -rf "$out" && mkdir -p "$out/completions"
"$program" man --into "$out/man" >/dev/null
for shell in bash zsh fish; do "$program" completions $shell > "$out/completions/ferrule.$shell"; done
install -m 0755 --strip "$program" "$out/ferrule"
