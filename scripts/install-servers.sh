#!/usr/bin/env bash
# Installs what the tests run beside Node's own servers: nginx, HAProxy and Caddy, NATS, systemd's check of units, and
# openssl. Where that is not possible it says so, and the tests that need them are skipped by name. Nothing is started.
# With --check NAME it installs nothing, and fails when that package's program is missing though apt-get is there.
set -uo pipefail
# shellcheck source=scripts/lib/apt.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/apt.sh"

# A program that each package brings.
packages=(
  "nginx-light /usr/sbin/nginx"
  "haproxy /usr/sbin/haproxy"
  "caddy /usr/bin/caddy"
  "nats-server /usr/sbin/nats-server"
  "systemd /usr/bin/systemd-analyze"
  "openssl /usr/bin/openssl"
)

if [ "${1:-}" = --check ]; then
  require_program "$2"
else
  install_packages servers
fi
