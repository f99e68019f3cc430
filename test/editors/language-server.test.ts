/** What an author sees in the editor: the real YAML language server with the schema that this repository publishes, found by the modeline. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRehearsalFile, isTestFile } from '../../src/catalogue/catalogue.ts';
import { root } from '../rig/cli.ts';
import type { LanguageServer, Place } from './language-server.ts';
import { startLanguageServer } from './language-server.ts';

let folder: string;
let server: LanguageServer;
let count = 0;
const schema = join(root, 'schema/runbook.schema.json');
const rehearsalSchema = join(root, 'schema/rehearsal.schema.json');
const testSchema = join(root, 'schema/test.schema.json');
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'runbook-editor-'));
  server = await startLanguageServer(folder);
}, 60_000);
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

const head = 'apiVersion: runbook/v1\nid: example\ntitle: Example\nowners: [team]\n';
/** Text with `|` where the cursor stands, below the head. */
async function opened(body: string): Promise<{ path: string; at: Place; problems: Awaited<ReturnType<LanguageServer['open']>> }> {
  const path = join(folder, `book-${String((count += 1))}.yaml`);
  const whole = `# yaml-language-server: $schema=${relative(folder, schema)}\n${head}${body}`;
  const before = whole.slice(0, Math.max(whole.indexOf('|'), 0)).split('\n');
  const problems = await server.open(path, whole.replace('|', ''));
  return { path, at: { line: before.length - 1, character: before.at(-1)?.length ?? 0 }, problems };
}
const labels = async (body: string): Promise<readonly string[]> => {
  const { path, at } = await opened(body);
  return (await server.complete(path, at)).map(({ label }) => label);
};
const hover = async (body: string): Promise<string> => {
  const { path, at } = await opened(body);
  return server.hover(path, at);
};

describe('completion', () => {
  it('offers the sections of a runbook', async () => {
    expect(await labels('|')).toEqual(expect.arrayContaining(['steps', 'preconditions', 'validations', 'comms', 'inputs']));
  });

  it('offers the step types', async () => {
    expect(await labels('steps:\n  - id: a\n    type: |\n')).toEqual(
      expect.arrayContaining(['shell', 'kafka', 'redis', 'http', 'wait-until-metric']),
    );
  });

  it('offers the keys of that step type, and none of another', async () => {
    const offered = await labels('steps:\n  - id: a\n    type: redis\n    |\n');
    expect(offered).toEqual(expect.arrayContaining(['command', 'timeout', 'undo', 'when']));
    expect(offered).not.toContain('argv');
  });

  it('offers the values of a key', async () => {
    expect(await labels('steps:\n  - id: a\n    type: shell\n    argv: [ls]\n    onFailure: |\n')).toEqual(
      expect.arrayContaining(['abort', 'continue', 'ask', 'undo']),
    );
  });
});

describe('hover', () => {
  it('explains a key of every step', async () => {
    expect(await hover('steps:\n  - id: a\n    type: shell\n    argv: [ls]\n    time|out: 5s\n')).not.toBe('');
  });

  it('explains a key of this step type, in the words of its manifest', async () => {
    const manifest = JSON.parse(readFileSync(join(root, 'schema/step-types/redis.json'), 'utf8')) as {
      params: { properties: { command: { description: string } } };
    };
    const said = await hover('targets: { cache: redis }\nsteps:\n  - id: a\n    type: redis\n    comm|and: [PING]\n');
    expect(plain(said)).toContain(plain(manifest.params.properties.command.description));
  });
});
const plain = (text: string): string => text.replaceAll(/[^A-Za-z]+/g, ' ').trim();

describe('errors', () => {
  it.each([
    ['an unknown key of a step', 'steps:\n  - id: a\n    type: shell\n    argv: [ls]\n    |timout: 5s\n', 'timout'],
    ['a wrong value', 'steps:\n  - id: a\n    type: shell\n    argv: [ls]\n    onFailure: |stop\n', 'stop'],
    ['an unknown step type', 'steps:\n  - id: a\n    type: |shel\n', 'shel'],
    ['an unknown section', '|stesp: []\n', 'stesp'],
  ])('%s, where it stands', async (_what, body, word) => {
    const { at, problems } = await opened(body);
    expect(problems.map(({ range }) => range)).toContainEqual({
      start: at,
      end: { line: at.line, character: at.character + word.length },
    });
  });
});

describe('every runbook of this repository', () => {
  const folders = [
    join(root, 'runbooks.yaml.d'),
    ...readdirSync(join(root, 'src/steps')).map((name) => join(root, 'src/steps', name, 'examples')),
  ];
  const files = folders.flatMap((from) => {
    try {
      return readdirSync(from, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.yaml'))
        .map((name) => join(from, name));
    } catch {
      return [];
    }
  });

  it.each(files.map((path) => [relative(root, path), path]))(
    '%s: names the schema and has nothing wrong',
    async (_name, path) => {
      const text = readFileSync(path, 'utf8');
      const named = /^# yaml-language-server: \$schema=(\S+)$/m.exec(text)?.[1];
      const own = isRehearsalFile(path) ? rehearsalSchema : isTestFile(path) ? testSchema : schema;
      expect(named === undefined ? undefined : resolve(dirname(path), named)).toBe(own);
      expect(await server.open(path, text)).toEqual([]);
    },
  );
});
