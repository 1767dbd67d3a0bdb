#!/usr/bin/env bash
# Lays out the file tree of a container image: the program, the libraries that it loads, a user, and nothing else.
set -euo pipefail
program=$1
tree=$2
rm -rf "$tree"
mkdir -p "$tree/usr/bin" "$tree/etc" "$tree/tmp" "$tree/var/lib/ferrule"
install -m 0755 --strip "$program" "$tree/usr/bin/ferrule"
# Each library stands where the program looks for it.
ldd "$program" | grep -o '/[^ ]*' | while read -r library; do install -D "$library" "$tree$library"; done
echo 'ferrule:x:65532:65532::/var/lib/ferrule:' > "$tree/etc/passwd"
echo 'hosts: files dns' > "$tree/etc/nsswitch.conf"
chmod 1777 "$tree/tmp"
chmod 0700 "$tree/var/lib/ferrule"
if [ "$(id -u)" = 0 ]; then chown 65532:65532 "$tree/var/lib/ferrule"; fi
