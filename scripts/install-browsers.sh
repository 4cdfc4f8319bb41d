#!/usr/bin/env bash
# Installs the system's browsers, which the browser tests run in besides the bundled Chromium: Chromium, Firefox, and
# WebKitGTK with its driver, on a screen in memory. Where that is not possible it says so, and the tests that need them
# are skipped by name.
set -uo pipefail

# A program that each package brings.
packages=(
  "chromium /usr/bin/chromium"
  "firefox-esr /usr/bin/firefox-esr"
  "webkit2gtk-driver /usr/bin/WebKitWebDriver"
  "xvfb /usr/bin/Xvfb"
)

wanted=()
for entry in "${packages[@]}"; do
  read -r package program <<< "$entry"
  [ -x "$program" ] || wanted+=("$package")
done
if [ "${#wanted[@]}" -eq 0 ]; then
  echo "all browsers are installed"
  exit 0
fi
if ! command -v apt-get > /dev/null || [ "$(id -u)" -ne 0 ]; then
  echo "WARNING: not installed, for want of apt-get or the right to use it: ${wanted[*]}; their tests are SKIPPED"
  exit 0
fi

export DEBIAN_FRONTEND=noninteractive
quietly() { timeout 600 "$@" > /dev/null 2>&1; }
quietly apt-get update || echo "WARNING: apt-get update failed"
# One after the other: a system may have some of them only. Mesa draws for those that have no graphics card.
for package in libgl1-mesa-dri "${wanted[@]}"; do
  if quietly apt-get install -y --no-install-recommends "$package"; then
    echo "installed $package"
  else
    echo "WARNING: apt-get cannot install $package: the tests that need it are SKIPPED"
  fi
done
