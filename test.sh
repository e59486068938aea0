#!/usr/bin/env bash
# Installs what is missing, then format, types, build, what nobody uses, lint and tests; `./test.sh FILE…` runs single files in the same environment.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
from="${OLDPWD:-$PWD}"

if ! command -v node >/dev/null || ! node -e '
  const [major, minor] = process.versions.node.split(".").map(Number);
  process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1);'; then
  echo "Node 20.19 or newer is needed; install it and run ./test.sh again." >&2
  exit 1
fi

# Never under the feet of a running test (VITEST is set there).
if [[ -z "${VITEST:-}" ]] && [[ ! -e node_modules/.package-lock.json || package-lock.json -nt node_modules/.package-lock.json ]]; then
  echo "== npm ci"
  npm ci --no-audit --no-fund
  touch node_modules/.package-lock.json
fi
export PATH="$PWD/node_modules/.bin:$PATH"

# What the person has configured for a real desk must not reach the tests.
unset DISCORD_TOKEN DISCORD_TOKEN_FILE DISCORD_GUILD_ID DISCORD_CHANNEL_ID DISCORD_API REDIS_URL PITWATCH_CONFIG PORT PITWATCH_HOST PITWATCH_TOKEN PITWATCH_STAND_INS \
  PROJECT_X_USERNAME PROJECT_X_API_KEY PROJECT_X_API_KEY_FILE PROJECT_X_ACCOUNT_NAME \
  PROJECTX_API_URL PROJECTX_USER_HUB_URL PROJECTX_MARKET_HUB_URL PROJECTX_LOG_LEVEL LOG_LEVEL

# A test from outside the project runs as a copy among our own, where it finds the same packages.
run_foreign_test() {
  local guest="test/scenarios/guest-$$" status=0
  mkdir -p "$guest"
  cp "$1" "$guest/"
  vitest run "$guest/" || status=$?
  rm -rf "$guest"
  return "$status"
}

run_one() {
  local file="$1"
  [[ "$file" = /* || -e "$file" ]] || file="$from/$file"
  if [[ ! -e "$file" ]]; then
    echo "no such file: $1" >&2
    return 2
  fi
  file="$(realpath "$file")"
  case "$file" in
    "$PWD"/*.test.ts) vitest run "${file#"$PWD"/}" ;;
    *.test.ts) run_foreign_test "$file" ;;
    *.ts | *.mts | *.cts | *.js | *.mjs | *.cjs) tsx --import ./test/house/guest.js "$file" ;;
    *.sh) bash "$file" ;;
    *.py) python3 "$file" ;;
    *.json | *.jsonl)
      echo "a capture cannot be played yet: $file" >&2
      return 2
      ;;
    *) "$file" ;;
  esac
}

if (($# > 0)); then
  status=0
  for file in "$@"; do
    run_one "$file" || status=$?
  done
  exit "$status"
fi

failed=()
step() {
  local name="$1" began=$SECONDS status=0
  shift
  echo "== $name"
  "$@" || status=$?
  if ((status == 0)); then
    echo "-- $name: ok ($((SECONDS - began)) s)"
  else
    failed+=("$name")
    echo "-- $name: FAILED ($((SECONDS - began)) s)"
  fi
}

# The linter takes as long as all the rest before the tests: it runs beside it, and speaks when its turn comes.
mkdir -p var
npm run --silent lint >var/lint.txt 2>&1 &
lint=$!
finish_lint() {
  local status=0
  wait "$lint" || status=$?
  cat var/lint.txt
  return "$status"
}
trap 'kill "$lint" 2>/dev/null || true' EXIT

step format npm run --silent format:check
step types npm run --silent types
# Types are checked by the step before.
step build tsc -p tsconfig.build.json --noCheck
step unused npm run --silent knip
step lint finish_lint
trap - EXIT

results=var/test-results.json
rm -f "$results"
echo "== tests"
status=0
vitest run --reporter=default --reporter=json --outputFile.json="$results" || status=$?
tsx test/house/count.ts "$results" "$status" ${failed[@]+"${failed[@]}"}
