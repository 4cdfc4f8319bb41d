#!/usr/bin/env bash
# Installs the system's browsers, which the browser tests run in besides the bundled Chromium: Chromium, Firefox, and
# WebKitGTK with its driver, on a screen in memory. Where that is not possible it says so, and the tests that need them
# are skipped by name.
set -uo pipefail
# shellcheck source=scripts/lib/apt.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib/apt.sh"

# A program that each package brings.
packages=(
  "chromium /usr/bin/chromium"
  "firefox-esr /usr/bin/firefox-esr"
  "webkit2gtk-driver /usr/bin/WebKitWebDriver"
  "xvfb /usr/bin/Xvfb"
)

# Mesa draws for those that have no graphics card.
install_packages browsers libgl1-mesa-dri
