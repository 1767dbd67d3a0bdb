#!/usr/bin/env bash
# Makes the packages of a release in target/package: the Debian package, manual pages, completions, what the program is
# made of (CycloneDX), and the file tree of a container image. Give the profile of the program to pack; `dist` is the default.
set -euo pipefail
cd "$(dirname "$0")/.."
profile=${1:-dist}
target=${CARGO_TARGET_DIR:-target}
folder=$profile
[ "$profile" = dev ] && folder=debug
out=target/package

cargo build --locked --profile "$profile" --bin ferrule
bash packaging/stage.sh "$target/$folder/ferrule"

cargo deb --version >/dev/null 2>&1 || cargo install --locked --quiet --debug cargo-deb --version 3.8.0 --no-default-features --features lzma
cargo deb --no-build --quiet --profile "$profile" --no-strip --output "$out/"

cargo cyclonedx --version >/dev/null 2>&1 || cargo install --locked --quiet --debug cargo-cyclonedx --version 0.5.9
cargo cyclonedx --quiet --format json --spec-version 1.5 --override-filename ferrule.cdx
mv ferrule.cdx.json "$out/"

bash packaging/image-tree.sh "$out/ferrule" "$out/image"
ls "$out"
