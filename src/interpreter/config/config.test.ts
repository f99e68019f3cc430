import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig, selectEnvironment } from './config.ts';
import { resolveSecret } from './secrets.ts';
import { bindTarget } from './targets.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'runbook-config-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const good = `environments:
  lab:
    rehearsal: true
    timeScale: 60
    targets:
      broker: { type: kafka, brokers: ["127.0.0.1:29092"] }
      fleet: { type: ssh, user: ops, members: { a: { host: a1 }, b: { host: b1 } } }
    secrets: { token: "env:GATEWAY_TOKEN", key: "file:keys/k" }
    facts: { region: eu }
roles:
  incident-commander: [ana, user:1001]
`;

async function load(text: string) {
  await writeFile(join(directory, 'runbook.config.yaml'), text);
  return loadConfig({ directory });
}

async function lab() {
  const { config } = await load(good);
  const selected = selectEnvironment(config, undefined);
  if (!selected.ok) throw new Error(selected.message);
  return selected.environment;
}

describe('an address of a target', () => {
  it.each(['postgres://u:p@h/d', 'redis://:p@h', 'https://token@h/x', 'wss://u:p@h', 'kafka://a:b@h:1'])(
    'holds no credentials: %s',
    async (url) => {
      const { diagnostics } = await load(
        `environments:\n  lab:\n    targets: { a: { type: x, members: { m: { url: "${url}" } } } }\n`,
      );
      expect(diagnostics.map((one) => one.code)).toEqual(['config-credentials-in-url']);
      expect(JSON.stringify(diagnostics)).not.toContain(url);
    },
  );

  it.each(['postgres://app@db/orders', 'http://h:80/a@b', 'http://h/x?mail=a:b@c', 'secret:address'])(
    'may be %s',
    async (url) => {
      const { diagnostics } = await load(`environments:\n  lab:\n    targets: { a: { type: x, url: "${url}" } }\n`);
      expect(diagnostics).toEqual([]);
    },
  );
});

describe('the configuration', () => {
  it('is the nearest file upward', async () => {
    await load(good);
    const below = join(directory, 'a', 'b');
    await mkdir(below, { recursive: true });
    const { config, diagnostics } = await loadConfig({ directory: below });
    expect(diagnostics).toEqual([]);
    expect(config.path).toBe(join(directory, 'runbook.config.yaml'));
    expect(config.roles['incident-commander']).toEqual(['ana', 'user:1001']);
    expect(config.environments['lab']).toMatchObject({ rehearsal: true, timeScale: 60, facts: { region: 'eu' } });
  });

  it('may be absent, but not when it is named', async () => {
    expect((await loadConfig({ directory, path: 'nope.yaml' })).diagnostics).toMatchObject([
      { code: 'config-unreadable', severity: 'error' },
    ]);
  });

  it('takes file secrets relative to itself', async () => {
    expect((await lab()).secrets['key']).toBe(`file:${join(directory, 'keys/k')}`);
  });

  it('keeps the zone of a target beside its entry, where no step type sees it', async () => {
    const { config } = await load('environments:\n  lab:\n    targets:\n      a: { type: http, url: u, zone: fra-1 }\n');
    expect(config.environments['lab']).toMatchObject({ targets: { a: { type: 'http', url: 'u' } }, zones: { a: 'fra-1' } });
    expect(config.environments['lab']?.targets['a']).not.toHaveProperty('zone');
  });

  it.each<[string, string, number, number]>([
    ['config-unknown-key', 'environments:\n  lab:\n    target: {}\n', 3, 5],
    ['config-secret', 'environments:\n  lab:\n    secrets:\n      token: hunter2\n', 4, 7],
    [
      'config-credentials-in-url',
      'environments:\n  lab:\n    targets:\n      a:\n        type: http\n        url: "http://user:pass-word@h/api"\n',
      6,
      9,
    ],
    ['config-target', 'environments:\n  lab:\n    targets:\n      a: { brokers: [x] }\n', 4, 7],
    ['config-target', 'environments:\n  lab:\n    targets:\n      a: { type: http, zone: two words }\n', 4, 24],
    ['config-target', 'environments:\n  lab:\n    targets:\n      a: { type: ssh, members: { b: { zone: x } } }\n', 4, 39],
    ['config-time-scale', 'environments:\n  lab:\n    timeScale: 60\n', 3, 5],
    ['config-yaml', 'environments:\n  lab: {\n', 2, 8],
    ['config-yaml', 'environments: {}\nenvironments: {}\n', 2, 1],
    ['config-forbidden-key', 'environments:\n  lab:\n    facts:\n      __proto__: { a: 1 }\n', 4, 7],
    ['config-shape', '- a\n', 1, 1],
  ])('reports %s with its place and without values', async (code, text, line, column) => {
    const { diagnostics } = await load(text);
    expect(diagnostics.map((one) => one.code)).toContain(code);
    const found = diagnostics.find((one) => one.code === code);
    if (code !== 'config-yaml') expect(found).toMatchObject({ line, column });
    expect(found?.line).toBeGreaterThanOrEqual(1);
    expect(JSON.stringify(diagnostics)).not.toContain('hunter2');
  });
});

describe('choosing an environment', () => {
  const environment = (name: string) => ({ name, rehearsal: false, timeScale: 1, targets: {}, secrets: {}, facts: {} });
  const two = { environments: { lab: environment('lab'), production: environment('production') }, roles: {} };

  it('takes the only one, an empty one without configuration, and asks when there are several', () => {
    expect(selectEnvironment({ environments: {}, roles: {} }, undefined)).toMatchObject({
      ok: true,
      environment: { targets: {} },
    });
    expect(selectEnvironment({ environments: { lab: environment('lab') }, roles: {} }, undefined)).toMatchObject({
      ok: true,
      environment: { name: 'lab' },
    });
    expect(selectEnvironment(two, undefined)).toMatchObject({ ok: false, hint: 'choose one: -e lab | production' });
  });

  it('offers the nearest name', () => {
    expect(selectEnvironment({ ...two, path: '/x' }, 'prodution')).toMatchObject({
      ok: false,
      hint: 'did you mean "production"?',
    });
    expect(selectEnvironment({ environments: {}, roles: {} }, 'lab')).toMatchObject({
      ok: false,
      hint: expect.stringContaining('no runbook.config.yaml') as string,
    });
  });
});

describe('targets', () => {
  it('are bound to entries and members', async () => {
    const environment = await lab();
    expect(bindTarget(environment, 'broker')).toEqual({ ok: true, type: 'kafka', entry: { brokers: ['127.0.0.1:29092'] } });
    expect(bindTarget(environment, 'fleet/b')).toEqual({ ok: true, type: 'ssh', entry: { user: 'ops', host: 'b1' } });
    expect(bindTarget(environment, 'fleet', 'a')).toMatchObject({ ok: true, entry: { host: 'a1' } });
    expect(bindTarget(environment, 'broke')).toMatchObject({ ok: false, hint: 'did you mean "broker"?' });
    expect(bindTarget(environment, 'fleet/c')).toMatchObject({ ok: false });
    expect(bindTarget(environment, 'toString')).toMatchObject({ ok: false });
  });
});

describe('secrets', () => {
  const { signal } = new AbortController();

  it('come from the environment, a file or a command', async () => {
    process.env['RUNBOOK_TEST_SECRET'] = 'from-env';
    await writeFile(join(directory, 'k'), 'from-file\n');
    expect(await resolveSecret('env:RUNBOOK_TEST_SECRET', signal)).toBe('from-env');
    expect(await resolveSecret(`file:${join(directory, 'k')}`, signal)).toBe('from-file');
    expect(await resolveSecret('exec:["printf", "a b"]', signal)).toBe('a b');
    expect(await resolveSecret('exec: printf x', signal)).toBe('x');
    delete process.env['RUNBOOK_TEST_SECRET'];
  });

  it.each([
    'env:RUNBOOK_TEST_UNSET',
    'file:/nowhere/at/all',
    'exec:["false"]',
    'exec:["no-such-command-here"]',
    'exec:["printf", ""]',
    'plain',
    'exec:echo $(id)',
  ])('refuse %s without a value in the message', async (reference) => {
    await expect(resolveSecret(reference, signal)).rejects.toThrow(/secret|variable|file/);
  });

  it('stop when they are cancelled', async () => {
    await expect(resolveSecret('exec:["sleep", "30"]', AbortSignal.timeout(50))).rejects.toThrow(/was cancelled/);
  });
});
