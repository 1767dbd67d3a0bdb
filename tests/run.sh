#!/usr/bin/env bash
# Runs every check of the project. Installs what it needs: xmllint, git, OpenSSL, Python, an SMTP server (aiosmtpd), Prometheus's own tool (promtool), Chromium,
# Node, Neovim, PostgreSQL, nginx, HAProxy and what makes containers (debootstrap, systemd-container), what lays networks (iproute2) from Debian, zeep, jsonschema, pytest-lsp and schemathesis from PyPI, cargo-deny and cargo-deb from crates.io, what drives the browser and PostGraphile from npm. The
# proofs against Intuit's own schema need its files: a folder with `oracle/`, `samples/` and `facts/`, beside the project as `shared/` or named by
# FERRULE_ORACLE. Without it they are skipped, and the last lines say which; but where FERRULE_ORACLE is set or CI is
# `true`, they run or fail.
set -euo pipefail
cd "$(dirname "$0")/.."

# Each step says how long all before it took.
step() { printf '\n== %s (after %d min %02d s)\n' "$*" $((SECONDS / 60)) $((SECONDS % 60)); }

need() { # command, Debian package
    command -v "$1" >/dev/null && return
    local as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq
    "${as_root[@]}" apt-get install -qq -y --no-install-recommends "$2"
}

# Whether the proofs against Intuit's files run: the tests that are marked `ignore`.
proofs=(--include-ignored)
[ "${CI:-}" = true ] || [ -n "${FERRULE_ORACLE+set}" ] || [ -d ../shared/oracle ] || proofs=()

step "tools"
need xmllint libxml2-utils
need git git
need cc gcc
need openssl openssl
need ip iproute2
need chromium chromium
need node nodejs
need npm npm
need nvim neovim
need aiosmtpd python3-aiosmtpd
need promtool prometheus
[ -x /usr/sbin/nginx ] || need nginx nginx
[ -x /usr/sbin/haproxy ] || need haproxy haproxy
[ -n "$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null)" ] || need initdb postgresql
python3 -m venv --help >/dev/null 2>&1 && python3 -c 'import ensurepip' 2>/dev/null || need python3-venv python3-venv
[ -x target/zeep/bin/python3 ] || python3 -m venv target/zeep
target/zeep/bin/python3 -c 'import zeep, jsonschema, pytest_lsp, schemathesis' 2>/dev/null || target/zeep/bin/python3 -m pip install --quiet 'zeep==4.3.3' 'jsonschema==4.26.0' 'pytest-lsp==1.0.1' 'schemathesis==4.32.5'
cargo deny --version 2>/dev/null || cargo install --locked --quiet --debug cargo-deny --version 0.20.2

(cd tests/steelhead && npm ci --silent --no-audit --no-fund)

step "format"
cargo fmt --check

step "clippy"
cargo clippy --locked --all-targets --quiet -- -D warnings

step "documentation"
RUSTDOCFLAGS=-Dwarnings cargo doc --locked --no-deps --document-private-items --quiet

step "tests, proofs against the schema, fixtures, faults"
# What the next steps do is not done here.
cargo test --locked -- --skip exhaustive:: --skip simulation:: "${proofs[@]}"

step "20,000 simulated sessions"
FERRULE_FIRST=0 FERRULE_SESSIONS=20000 cargo test --locked --test it simulation -- --nocapture

first=${FERRULE_FIRST:-$(date +%s)}
step "5,000 simulated sessions of other seeds each time, from seed $first on"
FERRULE_FIRST=$first FERRULE_SESSIONS=5000 cargo test --locked --test it simulation::whatever -- --nocapture

step "sessions, pages, the API and 600 simulated sessions with PostgreSQL in place of SQLite"
FERRULE_DATABASE=postgres cargo test --locked --test it -- loop_ web_ api_
FERRULE_DATABASE=postgres FERRULE_FIRST=0 FERRULE_SESSIONS=600 cargo test --locked --test it simulation::whatever -- --nocapture

step "an exhaustive search within small bounds (FERRULE_SURPRISES=3 searches deeper)"
cargo test --locked --test it exhaustive -- --nocapture

# From here on with the very program that was tested: to build it alone would build some of it anew.
ferrule=${CARGO_TARGET_DIR:-$PWD/target}/debug/ferrule

step "a browser: stories, accessibility"
(cd tests/browser && npm ci --silent --no-audit --no-fund && FERRULE=$ferrule npm test --silent)

step "ferrule check"
"$ferrule" check
"$ferrule" layers | sed -n 's/^  --rules/--rules/p' | while read -r layers; do
  # shellcheck disable=SC2086 -- each of them is an argument
  "$ferrule" check --strict $layers
done

step "ferrule test"
"$ferrule" test --coverage --threshold 100
"$ferrule" test --mutants

# A container needs root, and a Linux that allows it.
if [ "$(id -u)" = 0 ] && unshare --mount --pid --fork true 2>/dev/null; then
    step "the Debian package: installed, upgraded and removed in a fresh Debian"
    need debootstrap debootstrap
    need systemd-analyze systemd
    need systemd-nspawn systemd-container
    cargo deb --version >/dev/null 2>&1 || cargo install --locked --quiet --debug cargo-deb --version 3.8.0 --no-default-features --features lzma
    bash packaging/test.sh "$ferrule"
elif [ "${CI:-}" = true ]; then
    echo "the Debian package cannot be tried: this needs root, and containers" >&2
    exit 1
else
    step "the Debian package was NOT TRIED: this needs root, and containers"
fi

step "dependencies: bans, licences, sources"
cargo deny --locked check bans licenses sources

if [ ${#proofs[@]} = 0 ]; then
    skipped=$(cargo test --locked --quiet --lib --test it -- --list --ignored --format terse | sed -n 's/: test$//p')
    step "all green, but $(wc -l <<<"$skipped") PROOFS WERE SKIPPED: Intuit's files are not on this machine"
    sed 's/^/    /' <<<"$skipped"
    echo "To run them: FERRULE_ORACLE=FOLDER bash tests/run.sh, where FOLDER has oracle/, samples/ and facts/."
else
    step "all green"
fi
