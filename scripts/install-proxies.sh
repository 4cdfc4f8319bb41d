#!/usr/bin/env bash
# Installs what the tests of the recipes for servers run besides Node: nginx, HAProxy, Caddy, systemd's check of units, and
# openssl. Where that is not possible it says so, and the tests that need them are skipped by name. Nothing is started.
set -uo pipefail

# A program that each package brings.
packages=(
  "nginx-light /usr/sbin/nginx"
  "haproxy /usr/sbin/haproxy"
  "caddy /usr/bin/caddy"
  "systemd /usr/bin/systemd-analyze"
  "openssl /usr/bin/openssl"
)

wanted=()
for entry in "${packages[@]}"; do
  read -r package program <<< "$entry"
  [ -x "$program" ] || wanted+=("$package")
done
if [ "${#wanted[@]}" -eq 0 ]; then
  echo "all proxies are installed"
  exit 0
fi
if ! command -v apt-get > /dev/null || [ "$(id -u)" -ne 0 ]; then
  echo "WARNING: not installed, for want of apt-get or the right to use it: ${wanted[*]}; their tests are SKIPPED"
  exit 0
fi

export DEBIAN_FRONTEND=noninteractive
# Services that packages bring do not start: their ports may be somebody else's.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' > "$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
quietly() { timeout 600 "$@" > /dev/null 2>&1; }
quietly apt-get update || echo "WARNING: apt-get update failed"
for package in "${wanted[@]}"; do
  if quietly apt-get install -y --no-install-recommends "$package"; then
    echo "installed $package"
  else
    echo "WARNING: apt-get cannot install $package: the tests that need it are SKIPPED"
  fi
done
