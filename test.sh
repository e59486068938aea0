#!/usr/bin/env bash
# Installs what is missing, then format, lint, types, build and tests; `./test.sh FILE…` runs single files in the same environment.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
from="${OLDPWD:-$PWD}"

if ! command -v node >/dev/null || ! node -e '
  const [major, minor] = process.versions.node.split(".").map(Number);
  process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1);'; then
  echo "Node 20.19 or newer is needed; install it and run ./test.sh again." >&2
  exit 1
fi

if [[ ! -e node_modules/.package-lock.json || package-lock.json -nt node_modules/.package-lock.json ]]; then
  echo "== npm ci"
  npm ci --no-audit --no-fund
  touch node_modules/.package-lock.json
fi
export PATH="$PWD/node_modules/.bin:$PATH"

# What the person has configured for a real desk must not reach the tests.
unset DISCORD_TOKEN DISCORD_TOKEN_FILE DISCORD_GUILD_ID DISCORD_CHANNEL_ID DISCORD_API REDIS_URL PITWATCH_CONFIG PORT PITWATCH_HOST \
  PROJECT_X_USERNAME PROJECT_X_API_KEY PROJECT_X_API_KEY_FILE PROJECT_X_ACCOUNT_NAME \
  PROJECTX_API_URL PROJECTX_USER_HUB_URL PROJECTX_MARKET_HUB_URL PROJECTX_LOG_LEVEL LOG_LEVEL

run_one() {
  local file="$1"
  [[ "$file" = /* || -e "$file" ]] || file="$from/$file"
  if [[ ! -e "$file" ]]; then
    echo "no such file: $1" >&2
    return 2
  fi
  case "$file" in
    *.test.ts | *.test.js | *.test.mjs) vitest run "$(realpath --relative-to=. "$file")" ;;
    *.ts | *.mts | *.cts | *.js | *.mjs | *.cjs) tsx "$file" ;;
    *.sh) bash "$file" ;;
    *.py) python3 "$file" ;;
    *) "$(realpath "$file")" ;;
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
  local name="$1" began=$SECONDS
  shift
  echo "== $name"
  if "$@"; then echo "-- $name: ok ($((SECONDS - began)) s)"; else
    failed+=("$name")
    echo "-- $name: FAILED"
  fi
}

step format npm run --silent format:check
step lint npm run --silent lint
step types npm run --silent types
step build npm run --silent build

results=var/test-results.json
mkdir -p var
rm -f "$results"
echo "== tests"
status=0
vitest run --reporter=default --reporter=json --outputFile.json="$results" || status=$?
for name in ${failed[@]+"${failed[@]}"}; do echo "$name failed: it counts as one failure below"; done
tsx test/house/count.ts "$results" "$status" "${#failed[@]}"
