/**
 * Programs that take program text, as far as their arguments are concerned: a value in that text would be run. An entry tells where the text is:
 *
 *     -c          the word after this option; `--eval` also as `--eval=TEXT`
 *     clusters    letters of short options after which text follows: `-lc TEXT`, `-pe TEXT`, or attached: `-eTEXT`
 *     operand     the first word of text among those that are not options; `every`: all words from there on are joined to one text
 */
export interface Interpreter {
  readonly options?: readonly string[];
  readonly clusters?: string;
  readonly operand?: number;
  readonly every?: true;
  /** Options that take the next word, where operands are counted. */
  readonly values?: readonly string[];
  /** With one of these the text comes from a file, and no operand is text. */
  readonly fileOptions?: readonly string[];
  /** The first operand is a file with program text, unless an option gave the text. */
  readonly file?: true;
  /** Words behind the text are its arguments `$0`, `$1`, ... */
  readonly positionals?: true;
  /** Standard input is program text when no file or text is given. */
  readonly stdin?: true;
}

const shell: Interpreter = {
  clusters: 'c',
  positionals: true,
  file: true,
  stdin: true,
  values: ['-o', '+o', '-O', '+O', '--rcfile', '--init-file'],
};
const evaluating = (clusters: string, ...options: string[]): Interpreter => ({ clusters, options, file: true, stdin: true });
const sqlClient = (...options: string[]): Interpreter => ({ options, stdin: true });
const powerShell: Interpreter = { options: ['-c', '-command', '-Command', '-e', '-EncodedCommand'], file: true, stdin: true };
const awk: Interpreter = { operand: 0, values: ['-F', '-v', '--assign', '--field-separator'], fileOptions: ['-f', '--file'] };
const jq: Interpreter = { operand: 0, values: ['--indent', '-L'], fileOptions: ['-f', '--from-file'] };
const remoteShell: Interpreter = {
  operand: 1,
  every: true,
  stdin: true,
  options: ['-o'],
  values: '-b -c -D -E -e -F -I -i -J -L -l -m -O -p -Q -R -S -W -w'.split(' '),
};

/** The words behind their options are one line for the shell of each host. */
const manyHosts: Interpreter = {
  operand: 0,
  every: true,
  stdin: true,
  values: '-w -x -g -G -l -R -t -u -H -h -p -o -e -O -n -f'.split(' '),
};

const byName: Readonly<Record<string, Interpreter>> = {
  ...Object.fromEntries('sh bash zsh dash ksh mksh ash fish rbash busybox-sh csh tcsh'.split(' ').map((name) => [name, shell])),
  python: evaluating('c'),
  pypy: evaluating('c'),
  perl: evaluating('eE'),
  ruby: evaluating('e'),
  node: evaluating('ep', '--eval', '--print'),
  nodejs: evaluating('ep', '--eval', '--print'),
  bun: evaluating('ep', '--eval', '--print'),
  deno: { options: ['eval'], file: true, stdin: true },
  php: evaluating('rBRE', '--run'),
  lua: evaluating('e'),
  luajit: evaluating('e'),
  Rscript: evaluating('e'),
  R: evaluating('e'),
  groovy: evaluating('e'),
  elixir: evaluating('e', '--eval'),
  erl: { options: ['-eval'] },
  julia: evaluating('eE', '--eval'),
  tclsh: { file: true, stdin: true },
  expect: evaluating('c'),
  osascript: evaluating('e'),
  pwsh: powerShell,
  powershell: powerShell,
  cmd: { options: ['/c', '/k', '/C', '/K'] },
  awk,
  gawk: { ...awk, options: ['-e', '--source'] },
  mawk: awk,
  nawk: awk,
  sed: { operand: 0, options: ['-e', '--expression'], fileOptions: ['-f', '--file', '-e', '--expression'], values: ['-l'] },
  gsed: { operand: 0, options: ['-e', '--expression'], fileOptions: ['-f', '--file', '-e', '--expression'], values: ['-l'] },
  ed: { stdin: true },
  jq,
  yq: jq,
  psql: sqlClient('-c', '--command'),
  mysql: sqlClient('-e', '--execute', '--init-command'),
  mariadb: sqlClient('-e', '--execute', '--init-command'),
  sqlite3: { operand: 1, options: ['-cmd'], stdin: true },
  duckdb: { operand: 1, options: ['-c', '-cmd'], stdin: true },
  sqlcmd: sqlClient('-Q', '-q'),
  cqlsh: sqlClient('-e', '--execute'),
  sqlplus: sqlClient(),
  'clickhouse-client': sqlClient('-q', '--query'),
  'clickhouse-local': sqlClient('-q', '--query'),
  snowsql: sqlClient('-q', '--query'),
  cockroach: sqlClient('-e', '--execute'),
  mongo: { options: ['--eval'], file: true, stdin: true },
  mongosh: { options: ['--eval'], stdin: true },
  influx: sqlClient('-execute'),
  'cypher-shell': {
    operand: 0,
    stdin: true,
    values: ['-a', '--address', '-u', '--username', '-p', '--password', '-d', '--database'],
  },
  ansible: { options: ['-a', '--args'] },
  ...Object.fromEntries('pdsh dsh pssh parallel-ssh clush'.split(' ').map((name) => [name, manyHosts])),
  ssh: remoteShell,
  su: { options: ['-c', '--command', '--session-command'], stdin: true },
  runuser: { options: ['-c', '--command', '--session-command'], stdin: true },
  script: { clusters: 'c', options: ['--command'] },
  flock: { options: ['-c', '--command'] },
  watch: { operand: 0, every: true, values: ['-n', '--interval'] },
  parallel: { operand: 0, every: true, values: ['-j', '-S', '--jobs'], stdin: true },
  eval: { operand: 0, every: true },
  at: { stdin: true },
  batch: { stdin: true },
  gdb: { options: ['-ex', '-iex', '--eval-command'], stdin: true },
  vim: { options: ['-c', '--cmd'] },
  ex: { options: ['-c', '--cmd'], stdin: true },
  emacs: { options: ['--eval', '--execute'] },
  git: { options: ['-c', '--upload-pack', '--receive-pack', '--exec'] },
  rsync: { options: ['-e', '--rsh', '--rsync-path'] },
  tar: { options: ['-I', '--to-command', '--checkpoint-action', '--use-compress-program', '--rsh-command'] },
  scp: { options: ['-o', '-S'] },
  sftp: { options: ['-o', '-S'] },
  env: { options: ['-S', '--split-string'] },
  make: { options: ['--eval'] },
  bc: { stdin: true },
};

/** Programs that run the words after their own: the first word after so many operands is a program. */
export const wrapperPrograms: Readonly<Record<string, { readonly operands: number; readonly values?: readonly string[] }>> = {
  env: { operands: 0, values: ['-u', '-C', '--unset', '--chdir'] },
  sudo: { operands: 0, values: ['-u', '-g', '-h', '-p', '-C', '-r', '-t', '-T', '-U', '-D', '--user', '--group'] },
  doas: { operands: 0, values: ['-u', '-C'] },
  nohup: { operands: 0 },
  setsid: { operands: 0 },
  exec: { operands: 0 },
  command: { operands: 0 },
  time: { operands: 0, values: ['-o', '-f'] },
  nice: { operands: 0, values: ['-n', '--adjustment'] },
  ionice: { operands: 0, values: ['-c', '-n', '--class', '--classdata'] },
  stdbuf: { operands: 0, values: ['-i', '-o', '-e'] },
  strace: { operands: 0, values: ['-e', '-o', '-p', '-s'] },
  'systemd-run': { operands: 0, values: ['-p', '--unit', '-u', '--property'] },
  xargs: { operands: 0, values: ['-I', '-n', '-P', '-L', '-d', '-E', '-s', '-a'] },
  timeout: { operands: 1, values: ['-k', '-s', '--kill-after', '--signal'] },
  taskset: { operands: 1 },
  chrt: { operands: 1 },
  chroot: { operands: 1 },
  flock: { operands: 1, values: ['-w', '-E', '--timeout', '--wait'] },
  busybox: { operands: 0 },
  toybox: { operands: 0 },
};

/** `/usr/bin/python3.12` is python; undefined: it takes no program text that is known here. */
export function interpreterOf(word: string): Interpreter | undefined {
  const name = programName(word);
  return lookUp(name) ?? lookUp(name.replace(/[\d.]+$/, ''));
}

export const programName = (word: string): string => word.slice(word.lastIndexOf('/') + 1).replace(/\.exe$/i, '');

const lookUp = (name: string): Interpreter | undefined => (Object.hasOwn(byName, name) ? byName[name] : undefined);

/** A word of a command that is program text, or names the program. */
export interface CodePlace {
  readonly index: number;
  /** What reads the word, in words: `bash runs it as a program`. */
  readonly why: string;
  /** Only the beginning of the word counts: a value behind a literal beginning is a part of a name. */
  readonly beginning?: true;
}
