/** Secrets in the spellings of programs, in pieces of every size, printed, returned, refused and sent: no artefact of a run holds one. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRedactor, unmaskable } from '../../src/interpreter/guard/redact.ts';
import { sanitize } from '../../src/interpreter/guard/sanitize.ts';
import { place, runbook } from '../rig/cli.ts';
import { everythingIn } from '../rig/files.ts';
import { startHttp } from '../rig/servers.ts';
import type { Measure, Score, Tier } from './measure.ts';
import { atMost, oneOf, pick, randomOf } from './measure.ts';

const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
const spellings: Readonly<Record<string, (text: string) => string>> = {
  raw: (text) => text,
  json: escaped,
  'json in json': (text) => escaped(escaped(text)),
  'ascii json': (text) =>
    escaped(text).replaceAll(/[\u0080-\uffff&<>]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`),
  url: encodeURIComponent,
  form: (text) => new URLSearchParams({ x: text }).toString().slice(2),
  html: (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&#34;'),
  shell: (text) => text.replaceAll("'", `'\\''`),
  base64: (text) => Buffer.from(text).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'basic credentials': (text) => Buffer.from(`ana:${text}`).toString('base64'),
  'base64 of UTF-16': (text) => Buffer.from(text, 'utf16le').toString('base64'),
  'buffer as JSON': (text) => JSON.stringify(Buffer.from(text)),
  hex: (text) => Buffer.from(text).toString('hex'),
  colours: (text) => [...text].join('\u001b[1m'),
};

/** Sizes of the pieces in which a text arrives. */
const chunkings: Readonly<Record<string, (random: () => number) => number>> = {
  whole: () => Number.MAX_SAFE_INTEGER,
  'byte by byte': () => 1,
  'pieces of 7': () => 7,
  'random pieces': (random) => 1 + Math.floor(random() * 40),
};

const letters = [...'abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'];
const marks = [...`!"#$%&'()*+,-./:;<=>?@[]^_{|}~ üñ`];

/** Of 10 to 60 characters, most of them letters and digits, as generators and people make them. */
function secretOf(random: () => number): string {
  const length = 10 + Math.floor(random() * 50);
  const body = Array.from({ length }, () => oneOf(random, random() < 0.75 ? letters : marks)).join('');
  return `k${body}z`;
}

/** What would be found if it stood there: the spelling, and the longest part of the secret that a person could use. */
const isReadable = (text: string, secret: string, form: string): boolean =>
  text.includes(form) || sanitize(text).includes(secret);

function inPieces(secret: string, form: string, size: () => number): string {
  const redactor = createRedactor();
  redactor.add('secret', secret);
  const stream = redactor.stream();
  const bytes = Buffer.from(`2026-01-31 INFO login "${form}" ok\n`);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const next = Math.min(bytes.length, at + size());
    // The stream may give back what it was given: it is read before the next piece.
    parts.push(Buffer.from(stream.push(bytes.subarray(at, next))));
    at = next;
  }
  return Buffer.concat([...parts, stream.end()]).toString();
}

/** One run in which every secret is printed, returned as JSON, refused, sent to a server that repeats it, and said in a message. */
async function throughTheProgram(
  secrets: readonly string[],
): Promise<{ readonly artefacts: number; readonly found: readonly string[] }> {
  const here = place();
  const server = await startHttp((response, { headers, path }) => {
    if (path === '/chat') response.end('ok');
    else response.writeHead(401, { 'x-seen': 'yes' }).end(`refused ${headers.authorization ?? ''}`);
  });
  try {
    const names = secrets.map((_, at) => `s${String(at)}`);
    const forms = secrets.flatMap((secret) => Object.values(spellings).map((spell) => spell(secret)));
    writeFileSync(join(here.folder, 'forms.txt'), forms.map((form, at) => `${String(at)} "${form}" end\n`).join(''));
    writeFileSync(
      join(here.folder, 'forms.json'),
      JSON.stringify(Object.fromEntries(secrets.map((one, at) => [one, { at, one, list: [one] }]))),
    );
    for (const [at, name] of names.entries()) writeFileSync(join(here.folder, name), secrets[at] ?? '');
    writeFileSync(
      join(here.folder, 'runbook.config.yaml'),
      `environments:\n  local:\n    targets:\n      api: { type: http, url: "${server.url}" }\n      chat: { type: chat, webhook: "${server.url}/chat" }\n` +
        `    secrets: { ${names.map((name) => `${name}: "file:./${name}"`).join(', ')} }\n`,
    );
    writeFileSync(join(here.folder, 'leaks.yaml'), runbookText(names));
    const outputs = [await runbook(['run', 'leaks.yaml', '--no-questions', '--yes'], { cwd: here.folder, env: here.env })];
    for (const form of ['markdown', 'summary', 'html', 'junit', 'json'])
      outputs.push(await runbook(['report', 'last', '-o', form], { cwd: here.folder, env: here.env }));
    outputs.push(await runbook(['runs', '-o', 'json'], { cwd: here.folder, env: here.env }));
    const artefacts = [
      everythingIn(join(here.folder, 'state')),
      ...outputs.flatMap(({ stdout, stderr }) => [stdout, stderr]),
      ...server.received.filter(({ path }) => path === '/chat').map(({ body }) => body),
    ];
    const shown = outputs[0]?.stdout ?? '';
    const performed = ['prints: ok', 'complains: FAILED', 'returns: ok', '== finished'].flatMap((words) =>
      shown.includes(words) ? [] : [`the run did not say "${words}": ${outputs[0]?.stderr ?? ''}`],
    );
    const found = secrets.flatMap((secret, at) =>
      Object.entries(spellings).flatMap(([name, spell]) =>
        artefacts.some((text) => isReadable(text, secret, spell(secret)))
          ? [`secret ${String(at)} (${JSON.stringify(secret)}) as ${name}`]
          : [],
      ),
    );
    return { artefacts: artefacts.length, found: [...performed, ...found] };
  } finally {
    await server.close();
    here.remove();
  }
}

const runbookText = (names: readonly string[]): string => `apiVersion: runbook/v1
id: leaks
title: Leaks
owners: [tests]
targets: { api: http, chat: chat }
onFailure: continue
steps:
  - { id: prints, type: shell, argv: [cat, forms.txt], reads: true }
  - { id: complains, type: shell, script: "cat forms.txt >&2; exit 3", undo: none }
  - { id: returns, type: shell, argv: [cat, forms.json], output: json, reads: true }
  - { id: line, type: shell, argv: [tail, -n, "1", forms.txt], reads: true }
${names
  .map(
    (
      name,
    ) => `  - { id: env_${name}, type: shell, script: 'echo "$V"; echo "$V" >&2; exit 1', env: { V: "{{secrets.${name}}}" }, undo: none }
  - { id: sent_${name}, type: http, url: /orders, headers: { authorization: "{{secrets.${name}}}" } }
`,
  )
  .join('')}comms:
  - { at: [finished], to: chat, message: "last line: {{steps.line.value}}, why: {{steps.complains.error.message}}", attach: [report] }
`;

export const secretLeaks: Measure = {
  id: 'S6',
  title: 'Secrets in every spelling, in pieces, printed, returned, refused and sent',
  target: 'none readable in a record, output, report, message or on the terminal',
  run: async (tier: Tier, seed: number): Promise<Score> => {
    const random = randomOf(seed + 6);
    const secrets: string[] = [];
    const wanted = pick(tier, { quick: 12, board: 50, soak: 1000 });
    while (secrets.length < wanted) {
      const secret = secretOf(random);
      if (unmaskable(secret) === undefined) secrets.push(secret);
    }
    const violations: string[] = [];
    for (const secret of secrets)
      for (const [name, spell] of Object.entries(spellings))
        for (const [chunking, size] of Object.entries(chunkings)) {
          const form = spell(secret);
          const out = inPieces(secret, form, () => size(random));
          if (isReadable(out, secret, form))
            violations.push(`${JSON.stringify(secret)} as ${name}, ${chunking}: ${JSON.stringify(out)}`);
        }
    const used = secrets.slice(0, pick(tier, { quick: 4, board: 25, soak: 100 }));
    const { artefacts, found } = await throughTheProgram(used);
    violations.push(...found);
    const kinds = `${String(Object.keys(spellings).length)} spellings x ${String(Object.keys(chunkings).length)} chunkings`;
    return {
      cases:
        secrets.length * Object.keys(spellings).length * Object.keys(chunkings).length +
        used.length * Object.keys(spellings).length * artefacts,
      violations: atMost(violations),
      figure: `${String(secrets.length)} secrets x ${kinds}; ${String(used.length)} of them in a run with ${String(artefacts)} artefacts`,
    };
  },
};
