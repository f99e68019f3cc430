/** NO_COLOR on a terminal: no form of output sends a colour, whether the screen draws it, a library, or a command that only prints. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { program } from '../rig/cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'runbook-no-color-'));
const state = join(folder, 'state');

const steps =
  'steps:\n  - { id: say, type: shell, argv: [echo, hello] }\n  - { id: fails, type: shell, argv: ["false"], onFailure: continue }\n';
const runbook = `apiVersion: runbook/v1\nid: small\ntitle: Small\nowners: [team]\n${steps}`;

beforeAll(() => {
  mkdirSync(join(folder, 'runbooks.yaml.d'));
  writeFileSync(join(folder, 'runbooks.yaml.d/small.yaml'), runbook);
  writeFileSync(join(folder, 'asks.yaml'), `${runbook}  - { id: who, type: manual, title: Look at it }\n`);
  writeFileSync(join(folder, 'bad.yaml'), `${runbook}  - { id: say, type: shel }\n`);
});

/** All bytes that the terminal receives. A question is left by Ctrl-C, so that its picture was there. */
function received(args: readonly string[], variables: Readonly<Record<string, string>>): Promise<string> {
  const words = [process.execPath, program, ...args].map((word) => `'${word}'`).join(' ');
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !['CI', 'NO_COLOR', 'FORCE_COLOR'].includes(name)),
  );
  const child = spawn('script', ['-qfc', `stty cols 100 rows 30; exec ${words}`, '/dev/null'], {
    cwd: folder,
    env: { ...inherited, RUNBOOK_STATE_DIR: state, TERM: 'xterm-256color', ...variables },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let text = '';
  child.stdin.on('error', () => undefined);
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    if (text.includes('Look at it')) child.stdin.write('\u0003');
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      resolve(text);
    });
  });
}

/** Parameters of the sequences that set a foreground or background; bold, dim and reverse are no colours. */
const coloursIn = (text: string): readonly string[] =>
  [...text.matchAll(/\u001b\[([\d;]*)m/g)]
    .map(([, set = '']) => set)
    .filter((set) => /(?:^|;)(?:[34][0-8]|9[0-7]|10[0-7])(?:;|$)/.test(set));

const forms: readonly (readonly string[])[] = [
  ['run', 'asks.yaml'],
  ['run', 'small', '-o', 'plain'],
  ['run', 'small', '-o', 'json'],
  ['run', 'small', '-o', 'ndjson'],
  ['lint', 'bad.yaml'],
  ['plan', 'small'],
  ['show', 'small'],
  ['list'],
  ['runs'],
  ['runs', 'last'],
  ['stats'],
  ['report', 'last'],
  ['report', 'last', '-o', 'summary'],
  ['explain', 'step/unknown-type'],
  ['docs', 'shell'],
  ['doctor'],
  ['verify', 'last'],
  ['run', 'bad.yaml'],
  ['run', 'nowhere'],
  ['--help'],
];

describe('NO_COLOR=1', () => {
  it.each(forms.map((args) => [args.join(' '), args] as const))('keeps `runbook %s` without colour', async (_, args) => {
    const text = await received(args, { NO_COLOR: '1' });
    expect(text.length).toBeGreaterThan(20);
    expect(coloursIn(text)).toEqual([]);
  });

  it('is what makes the difference: without it findings and the screen have colours', async () => {
    expect(coloursIn(await received(['lint', 'bad.yaml'], {})).length).toBeGreaterThan(0);
    expect(coloursIn(await received(['run', 'asks.yaml'], {})).length).toBeGreaterThan(0);
  });
});
