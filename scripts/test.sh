#!/usr/bin/env bash
# Installs what the tests need, builds, and runs every test, real servers included. Nothing is skipped in silence.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x node_modules/.bin/vitest ] || npm ci
npm run build --silent
[ ! -f dist/lab.js ] || node dist/lab.js install
exec npx --no-install vitest run "$@"
