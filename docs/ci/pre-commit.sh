#!/bin/sh
# Lints the runbooks that the commit adds or changes, as they are in the working tree.
git diff --cached --name-only --diff-filter=ACMR -z -- 'runbooks.yaml.d/*.yaml' 'runbooks.yaml.d/*.yml' | xargs -0 -r runbook lint
