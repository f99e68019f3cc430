#!/usr/bin/env bash
# Everything that must hold before a change is merged, quick checks first. Continuous integration runs this and nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."
npm run format:check
npm run types
npm run lint
npm run drift
npm test
# Twelve minutes on two cores that do nothing else; a runner may be slower.
npm run rehearse -- --budget 30
