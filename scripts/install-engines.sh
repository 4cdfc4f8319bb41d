#!/usr/bin/env bash
# Puts real Godot engines on this machine, headless, for interoperability tests:
#   godot4  -> Godot 4.6.x (editor build, run with --headless)
#   godot3  -> Godot 3.6.x (server build)
# They come as Debian packages from the mirror that apt is already configured with (suite sid), unpacked
# beside the system under $GODOT_HOME (default /opt/godot-engines) with their own C library, so nothing
# of the system is replaced. Needs apt and about 700 MB of disk; takes about 20 s. Safe to run again.
set -euo pipefail
home=${GODOT_HOME:-/opt/godot-engines}
bin=${GODOT_BIN_DIR:-/usr/local/bin}
if "$bin/godot4" --version >/dev/null 2>&1 && "$bin/godot3" --version >/dev/null 2>&1; then
  echo "godot4 $("$bin/godot4" --version)"; echo "godot3 $("$bin/godot3" --version)"; exit 0
fi
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
  grep -oE 'https?://[^ ]*/debian/?( |$)' | head -1 | tr -d ' ' || true)
[ -n "$mirror" ] || { echo "install-engines: no Debian mirror is configured for apt here" >&2; exit 1; }
mkdir -p "$home/lists/partial" "$home/archives/partial" "$home/root"
touch "$home/status"
printf 'deb [trusted=yes] %s sid main\n' "$mirror" > "$home/sid.list"
apt=(apt-get -o Dir::Etc::sourcelist="$home/sid.list" -o Dir::Etc::sourceparts=/dev/null
  -o Dir::State::lists="$home/lists" -o Dir::Cache::archives="$home/archives" -o Dir::State::status="$home/status"
  -o APT::Sandbox::User=root)
"${apt[@]}" -qq update
"${apt[@]}" -qq install --no-install-recommends --download-only -y godot godot3-server >/dev/null
for deb in "$home"/archives/*.deb; do dpkg -x "$deb" "$home/root"; done
rm -rf "$home/archives"
wrap() { # name, binary
  cat > "$bin/$1" <<EOF
#!/bin/sh
r=$home/root/usr/lib/x86_64-linux-gnu
exec "\$r/ld-linux-x86-64.so.2" --library-path "\$r:$home/root/usr/lib:\$r/pulseaudio" "$home/root/usr/bin/$2" "\$@"
EOF
  chmod +x "$bin/$1"
}
wrap godot4 godot
wrap godot3 godot3-server
echo "godot4 $("$bin/godot4" --version)"; echo "godot3 $("$bin/godot3" --version)"
