/**
 * What the far side runs. The command line that ssh carries is always the same few words: they read a program from standard input, so that no
 * value of a step is in a list of processes over there. The program is read by whatever POSIX shell is `sh`.
 *
 * Standard input stays open while the command runs and is its life line: when it ends, by a stop or with the connection, the whole process group
 * gets TERM, then KILL, and so do processes that left the group but carry the mark in their environment.
 */
import { strictBash, strictScript } from './bash.ts';
import { quoteWord } from './quote.ts';

export interface RemoteCommand {
  readonly argv?: readonly string[];
  /** Read by `shell`, instead of argv. */
  readonly script?: string;
  readonly shell?: 'bash' | 'sh';
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** What becomes of processes that it leaves running; default: end. */
  readonly background?: 'end' | 'keep';
  /** Default: where the login begins. */
  readonly cwd?: string;
}

/** Between TERM and KILL over there, seconds. */
export const remoteGraceSeconds = 5;

/** Words of the far side begin with it; 128 bits of chance, so that no output is taken for one. */
export type ProgramMark = string;

/** One word for the login shell, whichever that is: no quote, backslash, exclamation mark or line break inside the quotes. */
export const loader = (mark: ProgramMark): string =>
  `exec sh -c 'echo $0 ready; echo $0 ready >&2; IFS= read -r n && p=$(head -c "$n") && case $p in *"#$0") eval "$p";; esac' ${mark}`;

const reads = (name: string, value: string): string => `${name}=${quoteWord(value)}`;
const assignment = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Why this cannot be sent, if so. */
export function unsendable(command: RemoteCommand): { readonly code: string; readonly message: string } | undefined {
  const texts = [
    ...(command.argv ?? []),
    command.script ?? '',
    command.stdin ?? '',
    command.cwd ?? '',
    ...Object.values(command.env ?? {}),
  ];
  if (texts.some((one) => one.includes('\0')))
    return { code: 'nul', message: 'a value contains a NUL byte, which no shell can carry' };
  const name = Object.keys(command.env ?? {}).find((one) => !assignment.test(one));
  if (name !== undefined) return { code: 'env-name', message: `"${name}" is not a valid name for an environment variable` };
  if (command.argv?.[0]?.startsWith('-') === true)
    return { code: 'argv', message: 'the name of a program cannot begin with a hyphen' };
  return undefined;
}

/**
 * It says `prepared` when folder and program are there, waits for the word `go`, runs, and says `end CODE` as its last act. It ends with the mark, so
 * that a part of it is never run.
 */
export function programOf(command: RemoteCommand, mark: ProgramMark, cookie: string): string {
  const own = `${cookie}:${mark.slice(-16)}`;
  const first = command.argv?.[0] ?? command.shell ?? 'bash';
  return [
    '{ exec 8>&2 9<&0 </dev/null; trap : TERM HUP INT PIPE; unset CDPATH',
    `say() { echo ${mark} "$@" >&8; }`,
    `sweep() { for f in $(grep -lF -e ${quoteWord(own)} /proc/[0-9]*/environ 2>/dev/null); do f=\${f#/proc/}; kill -KILL "\${f%/environ}" 2>/dev/null; done; }`,
    // What has not ended a moment later is told of, a line each.
    `carriers() { grep -lF -e ${quoteWord(own)} /proc/[0-9]*/environ 2>/dev/null; }`,
    'left() { [ -n "$(carriers)" ] || return 0; sleep 0.2 || sleep 1; for f in $(carriers); do f=${f%/environ}',
    `say left "\${f#/proc/}" "$(tr '\\0\\n' '  ' <"$f/cmdline" 2>/dev/null | head -c 200)"; done; }`,
    ...(command.cwd === undefined
      ? []
      : [`cd ${quoteWord(withoutHyphen(command.cwd))} 2>/dev/null || { say no-folder; exit 0; }`]),
    `command -v ${quoteWord(first)} >/dev/null 2>&1 || { say no-program; exit 0; }`,
    'say prepared; IFS= read -r go <&9; [ "$go" = go ] || exit 0',
    watcher(own),
    `( ${Object.entries(command.env ?? {})
      .map(([name, value]) => `export ${name}; ${reads(name, value)}; `)
      .join('')}export RUNBOOK_COOKIE; ${reads('RUNBOOK_COOKIE', own)}; exec 8>&- 9<&-`,
    `${body(command)} )`,
    'code=$?; exec 2>/dev/null; kill -KILL "$watcher"; left' + (command.background === 'keep' ? '' : '; sweep'),
    'say end "$code"; exit "$code"',
    `} #${mark}`,
  ].join('\n');
}

const withoutHyphen = (path: string): string => (path.startsWith('-') ? `./${path}` : path);

/** Nobody ever writes a second line: reading ends when standard input does. */
const watcher = (own: string): string =>
  [
    '( trap : TERM; IFS= read -r go <&9; kill -TERM 0',
    `RUNBOOK_COOKIE=${quoteWord(own)} sleep ${String(remoteGraceSeconds)}`,
    'sweep; kill -KILL 0 ) >/dev/null 2>&1 8>&- & watcher=$!',
  ].join('; ');

function body(command: RemoteCommand): string {
  const input = command.stdin === undefined ? undefined : `printf %s ${quoteWord(command.stdin)} 2>/dev/null`;
  const run = (words: readonly string[], end: string): string =>
    input === undefined
      ? `exec ${words.map(quoteWord).join(' ')}${end}`
      : `${input} | exec ${words.map(quoteWord).join(' ')}${end}`;
  if (command.argv !== undefined) return run(command.argv, '');
  const own = command.script ?? '';
  const script = command.shell === 'sh' ? own : strictScript(own);
  const shell = command.shell === 'sh' ? ['sh', '-eu', '/dev/fd/3'] : [...strictBash, '/dev/fd/3'];
  // The script has a descriptor of its own: on standard input its own commands would eat the rest of it.
  return `printf %s ${quoteWord(script)} 2>/dev/null | { exec 3<&0 </dev/null; ${run(shell, '')}; }`;
}
