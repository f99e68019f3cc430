/**
 * A script as bash is to read it: `set -e` also inside `$(...)`, where bash itself forgets it, so that `x=$(false; echo hi)` fails. On the first
 * line, so that messages name the author's lines; a bash before 4.4 does not know the option and goes without.
 */
export const strictScript = (script: string): string => `shopt -s inherit_errexit 2>/dev/null || :; ${script}`;

/** Everything else that makes it strict. */
export const strictBash: readonly string[] = ['bash', '-euo', 'pipefail'];
