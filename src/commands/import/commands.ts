/** One command of a code block -> the step type that fits, where it is known; undefined: a person has to look at it. */
import type { Json } from '../../interpreter/core/model/value.ts';

export type Step = Readonly<Record<string, Json>>;

export interface Typed {
  readonly step: Step;
  /** Name -> type, of the target that it talks to. */
  readonly target?: readonly [name: string, type: string];
}

/** Commands of a block; a comment in front of one says what it is for. */
export function commandsOf(lines: readonly string[]): readonly { readonly command: string; readonly about: string }[] {
  const found: { command: string; about: string }[] = [];
  let about = '';
  let open = '';
  for (const line of lines) {
    const text = line.trim().replace(/^\$\s+/, '');
    if (open === '' && (text === '' || text.startsWith('#'))) {
      about = text === '' ? about : text.replace(/^#+\s*/, '');
      continue;
    }
    const whole = open === '' ? text : `${open}\n${text}`;
    open = /\\$/.test(text) || isOpen(whole) ? whole.replace(/\\$/, ' ') : '';
    if (open !== '') continue;
    found.push({ command: whole.trim(), about });
    about = '';
  }
  return open === '' ? found : [...found, { command: open, about }];
}

/** A quote that continues in the next line. */
const isOpen = (text: string): boolean => {
  const quotes = text.replaceAll(/\\./g, '');
  return (quotes.match(/"/g) ?? []).length % 2 === 1 || (quotes.match(/'/g) ?? []).length % 2 === 1;
};

/** Words of a plain command; undefined: pipes, variables, redirections and the like need a shell. */
export function plainWords(command: string): readonly string[] | undefined {
  const words: string[] = [];
  for (const match of command.matchAll(/\s*((?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\s'"\\])+)/g)) {
    const word = match[1] ?? '';
    if (
      /[|;&<>`]|\$[({A-Za-z]|^#/.test(
        word.replaceAll(/'[^']*'/g, '').replaceAll(/"[^"]*"/g, (one) => one.replaceAll(/[|;&<>]/g, '')),
      )
    )
      return undefined;
    words.push(
      word.replaceAll(
        /'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/g,
        (_, a?: string, b?: string, c?: string) => a ?? b?.replaceAll(/\\(.)/g, '$1') ?? c ?? '',
      ),
    );
  }
  return words.length === 0 ? undefined : words;
}

export function typedStep(command: string): Typed | undefined {
  // What only shows the answer is not part of the question.
  const words = plainWords(command.replace(/\|\s*(?:jq\b|head\b|python -m json)[\s\S]*$/, ''));
  const [program = ''] = words ?? [];
  if (words === undefined) return undefined;
  if (program === 'curl') return ofCurl(words);
  if (program === 'psql') return ofPsql(words);
  if (program === 'redis-cli') return ofRedis(words);
  if (program === 'kafka-consumer-groups' || program === 'kafka-consumer-groups.sh') return ofGroups(words);
  if (program === 'ssh') return ofSsh(words);
  if (!programs.has(program)) return undefined;
  return { step: { type: 'shell', argv: words.map(literal) } };
}

const programs = new Set([
  'docker',
  'docker-compose',
  'kubectl',
  'aws',
  'systemctl',
  'journalctl',
  'helm',
  'nc',
  'ping',
  'df',
  'free',
  'uptime',
  'kafka-topics',
  'kafka-topics.sh',
  'gcloud',
  'az',
]);

/** Braces of the command are not a template. */
const literal = (text: string): string => text.replaceAll('{{', '\\{{');

function ofCurl(words: readonly string[]): Typed | undefined {
  const at = words.findIndex((word) => /^https?:\/\//.test(word));
  const [, host = '', path = ''] = /^https?:\/\/([^/?]+)([^#]*)/.exec(words[at] ?? '') ?? [];
  if (host === '' || /[<>{}]/.test(host)) return undefined;
  const query = /^\/api\/v1\/query\?query=(.*)$/s.exec(path)?.[1];
  if (query !== undefined)
    return { step: { type: 'metric', target: 'metrics', query: decoded(query) }, target: ['metrics', 'prometheus'] };
  const others = words.slice(1).filter((_, index) => index + 1 !== at);
  const method = valueAfter(words, ['-X', '--request']);
  const body = valueAfter(words, ['-d', '--data', '--data-raw']);
  if (
    others.some(
      (word) => word.startsWith('-') && !/^(?:-[sSfkLiv]+|-X|--request|-d|--data|--data-raw|--fail|--silent)$/.test(word),
    ) ||
    path.includes('{{')
  )
    return undefined;
  const name = targetName(host);
  const sent = method ?? (body === undefined ? undefined : 'POST');
  return {
    step: {
      type: 'http',
      target: name,
      ...(sent === undefined ? {} : { method: sent }),
      url: path === '' ? '/' : path,
      ...(body === undefined ? {} : { text: literal(body) }),
    },
    target: [name, 'http'],
  };
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

function ofPsql(words: readonly string[]): Typed | undefined {
  const query = valueAfter(words, ['-c', '--command']);
  const name = targetName(valueAfter(words, ['-h', '--host']) ?? valueAfter(words, ['-d', '--dbname']) ?? 'db');
  return query === undefined
    ? undefined
    : { step: { type: 'sql', target: name, query: literal(query.trim()) }, target: [name, 'postgres'] };
}

function ofRedis(words: readonly string[]): Typed {
  const rest = [...words.slice(1)];
  const host = valueAfter(words, ['-h']);
  while (rest[0]?.startsWith('-') === true) rest.splice(0, ['-h', '-p', '-a', '-n', '-u'].includes(rest[0]) ? 2 : 1);
  const name = targetName(host ?? 'cache');
  return { step: { type: 'redis', target: name, command: rest.map(literal) }, target: [name, 'redis'] };
}

function ofGroups(words: readonly string[]): Typed {
  const group = valueAfter(words, ['--group']);
  return words.includes('--describe') && group !== undefined
    ? { step: { type: 'kafka', target: 'kafka', describeGroup: { group } }, target: ['kafka', 'kafka'] }
    : { step: { type: 'shell', argv: words.map(literal) } };
}

function ofSsh(words: readonly string[]): Typed | undefined {
  const [host = '', ...command] = words.slice(1);
  const argv = command.length === 1 ? plainWords(command[0] ?? '') : command;
  if (host.startsWith('-') || argv === undefined || argv.length === 0) return undefined;
  const name = targetName(host.replace(/^.*@/, ''));
  return { step: { type: 'shell', target: name, argv: argv.map(literal) }, target: [name, 'ssh'] };
}

function valueAfter(words: readonly string[], names: readonly string[]): string | undefined {
  const at = words.findIndex((word) => names.includes(word));
  return at < 0 ? undefined : words[at + 1];
}

/** `gatherer-1.internal:8080` -> gatherer1. */
export function targetName(host: string): string {
  const name = (host.split(/[.:]/)[0] ?? '').replaceAll(/[^A-Za-z0-9]/g, '');
  return /^[A-Za-z]/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : `host${name}`;
}
