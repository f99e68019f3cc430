#!/usr/bin/env bash
# Everything that must hold before a change is merged, quick checks first. Continuous integration runs this and nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."
npm run format:check
npm run types
npm run lint
npm run drift
npm test
# One of each system; all of them are rehearsed by `npm run rehearse`.
npm run rehearse -- --jobs 2 --tries 2 --budget 30 ws-desync ws-realtime-issue-token restart-deduplicator
