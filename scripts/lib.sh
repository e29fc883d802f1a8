# Shared by the scripts beside it: where things are, how to say what is going on, and the build steps.
# Sourced, not run.

set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

if [ -t 1 ]; then bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'; else bold='' dim='' red='' green='' plain=''; fi

# say TEXT: one line about what happens next.
say() { printf '%s==>%s %s\n' "$bold" "$plain" "$*"; }

# die TEXT: what is wrong and what to do.
die() {
  printf '%serror:%s %s\n' "$red" "$plain" "$*" >&2
  exit 1
}

# step NAME COMMAND…: says what runs, runs it, says how long it took; its status is the command's.
step() {
  local name=$1 began=$SECONDS status=0
  shift
  say "$name"
  "$@" || status=$?
  if [ "$status" -eq 0 ]; then
    printf '%s    done: %s, %d s%s\n' "$dim" "$name" $((SECONDS - began)) "$plain"
  else
    printf '%s    failed (%d): %s, %d s%s\n' "$red" "$status" "$name" $((SECONDS - began)) "$plain"
  fi
  return "$status"
}

# newer_than FILE PATH…: true when FILE is missing or anything below the paths is newer.
newer_than() {
  local file=$1
  shift
  [ -e "$file" ] || return 0
  [ -n "$(find "$@" -newer "$file" -not -path '*/node_modules/*' -print -quit 2>/dev/null)" ]
}

# cmake_build PRESET [TARGET…]: configures when the presets have changed, then builds.
cmake_build() {
  local preset=$1
  shift
  if newer_than "build/$preset/.configured" CMakePresets.json; then
    cmake --fresh --preset "$preset" -Wno-dev --log-level=WARNING || return
    touch "build/$preset/.configured"
  fi
  ninja -C "build/$preset" "$@"
}

build_wasm() { cmake_build wasm; }

build_agent() {
  newer_than build/agent/.built js-shim build/wasm/bin package-lock.json || return 0
  node js-shim/build.mjs
  touch build/agent/.built
}

build_dashboard() {
  newer_than build/dashboard/.built dashboard proto package-lock.json || return 0
  npm run --silent build -w dashboard
  touch build/dashboard/.built
}

# missing_debian_packages FILE: those of a list, one a line, that are not installed.
missing_debian_packages() {
  local wanted
  wanted=$(sed 's/#.*//; /^[[:space:]]*$/d' "$1")
  # shellcheck disable=SC2086
  comm -23 <(sort -u <<<"$wanted") \
    <(dpkg-query -W -f='${db:Status-Status} ${Package}\n' $wanted 2>/dev/null | sed -n 's/^installed //p' | sort -u)
}

# install_debian_packages FILE: installs what is missing of a list; does nothing, quickly, when nothing is.
install_debian_packages() {
  local missing
  missing=$(missing_debian_packages "$1")
  [ -n "$missing" ] || return 0
  say "installing Debian packages: $(tr '\n' ' ' <<<"$missing")"
  command -v apt-get >/dev/null || die "apt-get is missing: Paceline is built on Debian 12. Install the packages of $1 by hand."
  local as_root=''
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "installing packages needs root: run scripts/setup as root once, or install sudo."
    as_root=sudo
  fi
  local log
  log=$(mktemp)
  # shellcheck disable=SC2086
  if ! { $as_root apt-get update &&
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    die "the packages could not be installed; the whole output is in $log"
  fi
  rm -f "$log"
}
