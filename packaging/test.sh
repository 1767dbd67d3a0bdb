#!/usr/bin/env bash
# Installs the Debian package in a fresh Debian that runs systemd, restarts and upgrades the service there, and removes it.
# Give it a program that is built already. It needs root, and a Linux that lets it make containers.
set -euo pipefail
cd "$(dirname "$0")/.."
program=$(realpath "$1")
out=target/package
work=$(mktemp -d /tmp/ferrule-package.XXXXXX)
root=$work/root

say() { printf '  %s\n' "$*"; }
fail() { printf 'packages: %s\n' "$*" >&2; exit 1; }

echo "the unit keeps to what it needs"
exposure=$(systemd-analyze security --offline=true packaging/ferrule.service | sed -n 's/.*exposure level for ferrule.service: \([0-9.]*\).*/\1/p')
say "exposure $exposure of 10, at most 2"
awk -v found="$exposure" 'BEGIN { exit !(found != "" && found < 2) }' || fail "the unit is too open: $exposure"

echo "two packages, an older and a newer one"
bash packaging/stage.sh "$program"
for revision in 1 2; do
    cargo deb --no-build --quiet --no-strip --fast --deb-revision $revision --output "$work/ferrule-$revision.deb" >/dev/null
done
[ -s "$out/man/ferrule-serve.1" ] || fail "there is no manual page of serve"

echo "the file tree of an image runs, as nobody, with nothing else beside it"
bash packaging/image-tree.sh "$out/ferrule" "$work/image"
chroot --userspec=65532:65532 "$work/image" /usr/bin/ferrule check >/dev/null || fail "the program does not run there"

echo "a fresh Debian"
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -1)
debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,adduser bookworm "$root" "$mirror" >"$work/debootstrap.log" 2>&1 ||
    fail "debootstrap failed: $(tail -3 "$work/debootstrap.log")"
cp "$work"/ferrule-*.deb "$root/root/"
# Its own network too: the service listens there, not on this machine.
systemd-nspawn --quiet --register=no --keep-unit --private-network --console=pipe --directory "$root" --boot \
    >"$work/boot.log" 2>&1 </dev/null &
container=$!
leader() { pgrep --parent "$container" | head -1; }
inside() { nsenter --target "$(leader)" --all "$@"; }
end() {
    inside systemctl poweroff >/dev/null 2>&1 || true
    for _ in $(seq 50); do kill -0 "$container" 2>/dev/null || break; sleep 0.2; done
    kill -9 "$container" 2>/dev/null || true
    rm -rf "$work"
}
trap end EXIT
until inside systemctl is-system-running 2>/dev/null | grep -q 'running\|degraded'; do
    kill -0 "$container" 2>/dev/null || fail "it does not boot: $(tail -3 "$work/boot.log")"
    sleep 0.2
done

# The service answers there at that port, within 15 seconds.
answers() {
    for _ in $(seq 75); do
        inside bash -c "exec 3<>/dev/tcp/127.0.0.1/$1 && printf 'GET /healthz HTTP/1.0\r\n\r\n' >&3 && head -1 <&3" 2>/dev/null |
            grep -q ' 200 ' && return
        sleep 0.2
    done
    inside journalctl --no-pager --unit ferrule | tail -20 >&2
    fail "nothing answers at port $1"
}
process() { inside systemctl show --property MainPID --value ferrule; }
as_ferrule() { inside runuser -u ferrule -- "$@"; }

echo "installed"
inside dpkg --install /root/ferrule-1.deb >/dev/null
answers 8080
[ "$(inside stat -c '%U %a' /var/lib/ferrule/ferrule.db)" = "ferrule 600" ] || fail "somebody else may read the database"
[ "$(inside stat -c '%U %a' /etc/ferrule/secrets.env)" = "root 600" ] || fail "somebody else may read the passwords"
say "it runs as $(inside stat -c %U "/proc/$(process)")"
as_ferrule ferrule user add ann --role administrator --domain acme --database /var/lib/ferrule/ferrule.db >/dev/null

echo "what is wrong in its options is told, and does not start"
inside sed -i 's/^listen:.*/listn: 127.0.0.1:8099/' /etc/ferrule/serve.yaml
inside systemctl restart ferrule 2>/dev/null && fail "it starts with a wrong option"
inside journalctl --no-pager --unit ferrule | grep -F 'there is no option `listn`; did you mean `listen`?' >/dev/null ||
    fail "the journal does not say what is wrong"
inside sed -i 's/^listn:/listen:/' /etc/ferrule/serve.yaml
inside systemctl reset-failed ferrule
inside systemctl restart ferrule
answers 8099

inside test -f /usr/share/ferrule/monitoring/ferrule.rules.yaml || fail "the alert rules are not there"
inside test -f /usr/share/ferrule/monitoring/ferrule.grafana.json || fail "the board is not there"
for proxy in nginx.conf haproxy.cfg; do
    inside test -f "/usr/share/doc/ferrule/several-servers/$proxy" || fail "the configuration $proxy is not there"
done

echo "upgraded"
before=$(process)
inside dpkg --install /root/ferrule-2.deb >/dev/null
answers 8099
[ "$(process)" != "$before" ] || fail "the old program still runs"
as_ferrule ferrule user list --database /var/lib/ferrule/ferrule.db | grep -q ann || fail "a person is gone"

echo "removed"
inside dpkg --purge ferrule >/dev/null 2>&1
inside test -f /var/lib/ferrule/ferrule.db || fail "the database is gone"
inside test ! -e /usr/bin/ferrule || fail "the program is still there"
inside bash -c 'readlink /proc/[0-9]*/exe' | grep ferrule && fail "it still runs"
echo "packages: all is well"
