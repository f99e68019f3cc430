/** What a stranger installs: the packed files alone, no network, no node_modules, and a folder that knows nothing of this repository. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { root } from '../rig/cli.ts';

interface Part {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

const work = mkdtempSync(join(tmpdir(), 'runbook-package-test-'));
const home = join(work, 'home');
const folder = join(work, 'team');
const { version, dependencies, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
};
const nodeFolder = dirname(process.execPath);

/** Nothing of the environment of the tests, except where the jars of the lab's servers were installed before. */
const environment = (more: string): NodeJS.ProcessEnv => ({
  PATH: [more, nodeFolder, '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(':'),
  HOME: home,
  RUNBOOK_LAB_DIR: join(work, 'lab'),
  XDG_CACHE_HOME: process.env['XDG_CACHE_HOME'] ?? join(process.env['HOME'] ?? '', '.cache'),
  NO_COLOR: '1',
});

const bin = join(work, 'prefix', 'bin');
const installed = join(work, 'prefix', 'lib', 'node_modules', 'runbook');

function call(program: string, args: readonly string[], path = bin): { code: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    env: environment(path),
    encoding: 'utf8',
    input: '',
  });
  return { code: status, stdout, stderr };
}
const runbook = (...args: readonly string[]) => call(join(bin, 'runbook'), args);

beforeAll(() => {
  for (const one of [home, folder]) mkdirSync(one);
  execFileSync('npm', ['run', 'package', '--silent', '--', '--into', work], { cwd: root });
  execFileSync(
    'npm',
    ['install', '--offline', '--no-audit', '--no-fund', '--global', '--prefix', join(work, 'prefix'), packed()],
    {
      cwd: folder,
      // Nothing listens there: whoever asks the network fails.
      env: { ...environment(bin), npm_config_registry: 'http://127.0.0.1:9/' },
    },
  );
}, 120_000);
const packed = (): string => join(work, `runbook-${version}.tgz`);

afterAll(() => {
  if (existsSync(join(work, 'lab'))) runbook('lab', 'down');
  rmSync(work, { recursive: true, force: true });
});

describe('the package', () => {
  it('has no runtime dependencies and brings nothing but itself', () => {
    const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Readonly<Record<string, unknown>>;
    expect(Object.keys(manifest).filter((key) => /dependencies$/i.test(key) || key === 'scripts')).toEqual([]);
    expect(readdirSync(dirname(installed))).toEqual(['runbook']);
    expect(existsSync(join(installed, 'node_modules'))).toBe(false);
  });

  it('has the schema, the pages, the catalogue, the lab and the changelog', () => {
    for (const name of [
      'schema/runbook.schema.json',
      'docs/lint/README.md',
      'runbooks.yaml.d',
      'lab/worlds/realtime/bin/kubectl',
      'CHANGELOG.md',
      'LICENSE',
    ])
      expect(existsSync(join(installed, name)), name).toBe(true);
    expect(readFileSync(join(root, 'CHANGELOG.md'), 'utf8')).toMatch(
      new RegExp(`^## (Unreleased|${version.replaceAll('.', '\\.')})`, 'm'),
    );
  });

  it('names every bundled package in the bill of materials, with its licence text', () => {
    const { components } = JSON.parse(readFileSync(join(installed, 'sbom.cdx.json'), 'utf8')) as {
      readonly components: readonly Part[];
    };
    const bundled = JSON.parse(readFileSync(join(root, 'dist', 'bundled.json'), 'utf8')) as readonly Part[];
    const named = (parts: readonly Part[]): readonly string[] =>
      [...new Set(parts.map((one) => `${one.name} ${one.version}`))].sort();
    expect(named(components)).toEqual(named(bundled));
    const texts = readFileSync(join(installed, 'THIRD-PARTY-LICENSES.txt'), 'utf8');
    for (const { name, version: its, license } of bundled) {
      const chapter = texts.split(`\n${name} ${its}, ${license}\n`)[1]?.split('='.repeat(80))[1] ?? '';
      expect(chapter, name).toMatch(/copyright|apache license/i);
    }
    const direct = Object.keys(dependencies).filter((name) => !bundled.some((one) => one.name === name));
    expect(direct, 'dependencies of which nothing is in the bundle').toEqual([]);
  });

  it('is made for Debian too, with the same program at /usr/bin/runbook', () => {
    const unpacked = join(work, 'debian');
    execFileSync('dpkg-deb', ['--extract', join(work, `runbook_${version}_all.deb`), unpacked]);
    expect(realpathSync(join(unpacked, 'usr/bin/runbook'))).toBe(realpathSync(join(unpacked, 'usr/lib/runbook/dist/cli.js')));
    expect(call(join(unpacked, 'usr/bin/runbook'), ['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
    const field = (name: string): string =>
      execFileSync('dpkg-deb', ['--field', join(work, `runbook_${version}_all.deb`), name], { encoding: 'utf8' }).trim();
    expect(field('Depends')).toBe('nodejs (>= 20.19)');
  });
});

describe('the release workflow', () => {
  interface Job {
    readonly if?: string;
    readonly strategy?: { readonly matrix: { readonly node: readonly string[] } };
    readonly steps: readonly { readonly name?: string; readonly run?: string }[];
  }
  const { jobs } = parse(readFileSync(join(root, '.github/workflows/release.yml'), 'utf8')) as {
    readonly jobs: Readonly<Record<'test' | 'pack' | 'publish', Job>>;
  };
  const tagCheck = jobs.pack.steps.find((one) => one.name?.startsWith('The tag is') === true)?.run ?? 'exit 9';
  const checked = (tag: string): number | null =>
    spawnSync('sh', ['-ec', tagCheck], { cwd: root, env: { ...process.env, GITHUB_REF_NAME: tag } }).status;

  it('is off until it is switched on, and begins with the oldest Node that the manifest allows', () => {
    expect(jobs.test.if).toBe("vars.RUNBOOK_RELEASE == 'on'");
    expect(`>=${jobs.test.strategy?.matrix.node[0] ?? ''}`).toBe(engines.node);
  });

  it('refuses a tag that is not the version of the manifest', () => {
    expect(checked(`v${version}`)).toBe(0);
    expect(checked('v99.0.0')).toBe(1);
  });

  it('runs only scripts that exist', () => {
    const scripts = Object.values(jobs).flatMap((job) =>
      job.steps.flatMap(({ run }) => /npm run (\S+)/.exec(run ?? '')?.[1] ?? []),
    );
    expect(scripts).toEqual(['package']);
    expect(existsSync(join(root, '.ci/run'))).toBe(true);
  });
});

describe('a stranger with the package alone', () => {
  it('goes from `runbook new` to a runbook that has run against real servers', () => {
    expect(runbook('new', 'pause-feed', '--title', 'Pause the feed', '--owner', 'team')).toMatchObject({
      code: 0,
      stdout: 'runbooks.yaml.d/pause-feed.yaml\n',
    });
    const path = join(folder, 'runbooks.yaml.d', 'pause-feed.yaml');
    // The editor's modeline names a file beside the runbook, so it is true on every machine.
    expect(readFileSync(path, 'utf8')).toContain('$schema=runbook.schema.json\n');
    expect(existsSync(join(folder, 'runbooks.yaml.d', 'runbook.schema.json'))).toBe(true);
    expect(runbook('lint')).toMatchObject({ code: 0 });
    expect(runbook('explain', 'wait/no-timeout')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('timeout') as string,
    });

    writeFileSync(path, pauseFeed);
    expect(runbook('lint')).toMatchObject({ code: 0, stdout: '' });
    expect(runbook('lab', 'up')).toMatchObject({ code: 0 });
    writeFileSync(join(folder, 'runbook.config.yaml'), runbook('lab', 'config').stdout);
    const ran = runbook('run', 'pause-feed', '--env', 'lab', '-o', 'json');
    expect(ran, ran.stdout + ran.stderr).toMatchObject({ code: 0 });
    expect(runbook('report', 'last').stdout).toContain('Pause the feed');
    expect(runbook('lab', 'verify')).toMatchObject({ code: 0 });
    expect(runbook('lab', 'down')).toMatchObject({ code: 0 });
  }, 180_000);
});

/** Uses a driver, the query grammar and an expression: each a file of its own in the package. */
const pauseFeed = `# yaml-language-server: $schema=runbook.schema.json
apiVersion: runbook/v1
id: pause-feed
title: Pause the feed
owners: [team]
targets: { flags: flag, metrics: prometheus, cache: redis, broker: kafka }
steps:
  - { id: cacheAnswers, title: The cache answers, type: redis, command: [PING], expect: value == "PONG" }
  - { id: pause, title: Pause the feed, type: flag, flag: ws.broadcast.enabled, set: false, undo: restore }
  - { id: head, title: Where the log ends, type: kafka, lastOffsets: { topic: orderbooks, byKey: true } }
  - { id: resume, title: Resume the feed, type: undo, of: [pause] }
validations:
  - id: traffic
    title: Frames are sent again
    type: wait-until-metric
    query: sum(rate(ws_messages_total[1m]))
    until: value > 0
    timeout: 5m
    onNoData: wait
`;
