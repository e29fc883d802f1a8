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

# cmake_build PRESET [TARGET…]: configures once, then builds.
cmake_build() {
  local preset=$1
  shift
  [ -e "build/$preset/build.ninja" ] || cmake --preset "$preset" -Wno-dev --log-level=WARNING
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
