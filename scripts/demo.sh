#!/usr/bin/env bash
# The demo: a real desync on real servers, repaired by the ws-desync runbook. Ctrl-C at any moment leaves no process behind.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x node_modules/.bin/esbuild ] || npm ci
npm run build --silent
exec node dist/cli.js lab demo
