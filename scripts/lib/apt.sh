# What the scripts that install programs of Debian share; they source it.

# Installs the packages of `packages` whose program is missing, each entry "package /path/of/its/program", after the
# packages named by `$2`, which bring none. Where that is not possible it warns and goes on. `$1` names them all.
install_packages() {
  local what=$1 entry package program wanted=()
  for entry in "${packages[@]}"; do
    read -r package program <<< "$entry"
    [ -x "$program" ] || wanted+=("$package")
  done
  if [ "${#wanted[@]}" -eq 0 ]; then
    echo "all $what are installed"
    return
  fi
  if ! command -v apt-get > /dev/null || [ "$(id -u)" -ne 0 ]; then
    echo "WARNING: not installed, for want of apt-get or the right to use it: ${wanted[*]}; their tests are SKIPPED"
    return
  fi
  export DEBIAN_FRONTEND=noninteractive
  keep_services_quiet
  quietly apt-get update || echo "WARNING: apt-get update failed"
  # One after the other: a system may have some of them only.
  for package in ${2:-} "${wanted[@]}"; do
    if quietly apt-get install -y --no-install-recommends "$package"; then
      echo "installed $package"
    else
      echo "WARNING: apt-get cannot install $package: the tests that need it are SKIPPED"
    fi
  done
}

# Fails when the program of package `$1` is missing though it could be there.
require_program() {
  local entry package program
  for entry in "${packages[@]}"; do
    read -r package program <<< "$entry"
    [ "$package" = "$1" ] || continue
    [ ! -x "$program" ] || return 0
    command -v apt-get > /dev/null || return 0
    echo "$program is missing: apt-get could not install $package, and its tests must run here"
    return 1
  done
  echo "no package of the name $1 is in the list"
  return 1
}

quietly() { timeout 600 "$@" > /dev/null 2>&1; }

# Services that packages bring do not start: their ports may be somebody else's.
keep_services_quiet() {
  policy=/usr/sbin/policy-rc.d
  [ ! -e "$policy" ] || return 0
  printf '#!/bin/sh\nexit 101\n' > "$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
}
