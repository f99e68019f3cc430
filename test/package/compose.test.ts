/**
 * Compose files and image definitions, without an engine that could run them: everything that they name exists, and what they start is started here, by the
 * built program.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Place } from '../rig/cli.ts';
import { eventually, place, root, runbook, start } from '../rig/cli.ts';

interface Service {
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly image?: string;
  readonly command?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly depends_on?: readonly string[] | Readonly<Record<string, unknown>>;
  readonly healthcheck?: { readonly test: readonly string[] };
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, unknown>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

const isList = (on: Service['depends_on']): on is readonly string[] => Array.isArray(on);
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const ownOf = ({ services }: Compose): readonly Service[] => Object.values(services).filter(({ build }) => build !== undefined);

let here: Place;
beforeAll(() => {
  here = place();
});
afterAll(() => here.remove());

describe.each(['packaging/serve', 'packaging/team'])('%s/compose.yaml', (folder) => {
  const compose = parse(read(join(folder, 'compose.yaml'))) as Compose;
  const all = Object.values(compose.services);

  it('names files that are there, or whose example is', () => {
    const paths = all.flatMap(({ volumes = [], build }) => [
      ...volumes.flatMap((one) => (one.startsWith('.') ? [resolve(root, folder, one.split(':')[0] ?? '')] : [])),
      ...(build === undefined ? [] : [join(resolve(root, folder, build.context), build.dockerfile)]),
    ]);
    const isThere = (path: string): boolean => existsSync(path) || existsSync(path.replace(/\.yaml$/, '.example.yaml'));
    expect(paths.length).toBeGreaterThan(2);
    expect(paths.filter((path) => !isThere(path))).toEqual([]);
  });

  it('declares every network, volume and service that it uses, and uses all of them', () => {
    expect(new Set(all.flatMap(({ networks = [] }) => networks))).toEqual(new Set(Object.keys(compose.networks)));
    const named = all.flatMap(({ volumes = [] }) => volumes.filter((one) => !one.startsWith('.')));
    expect(new Set(named.map((one) => one.split(':')[0]))).toEqual(new Set(Object.keys(compose.volumes)));
    const needed = all.flatMap(({ depends_on: on = [] }) => (isList(on) ? on : Object.keys(on)));
    expect(needed.filter((name) => !(name in compose.services))).toEqual([]);
  });

  it('takes images of one version', () => {
    const images = all.flatMap(({ image }) => (image === undefined ? [] : [image]));
    expect(images.filter((image) => !/:\d[\w.]*$/.test(image))).toEqual([]);
  });

  it('gives the program options that it has', async () => {
    for (const { command = [] } of ownOf(compose)) {
      const [verb = '', ...rest] = command;
      const { stdout } = await runbook([verb, '--help'], { env: here.env });
      const options = rest.filter((word) => word.startsWith('--'));
      expect(options.length).toBeGreaterThan(1);
      expect(options.filter((option) => !new RegExp(`${option}[ ,]`).test(stdout))).toEqual([]);
    }
  });

  it('has an example of the configuration that is clean, and with which its server answers its health check', async () => {
    const example = join(root, folder, 'runbook.config.example.yaml');
    const any = join(here.folder, 'any.yaml');
    writeFileSync(
      any,
      'apiVersion: runbook/v1\nid: any\ntitle: Any\nowners: [tests]\nsteps:\n  - { id: a, type: manual, title: A }\n',
    );
    const { code, stdout } = await runbook(['lint', '--config', example, any], { env: here.env });
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.not.stringContaining('config-') as string });
    const config = join(here.folder, 'runbook.config.yaml');
    writeFileSync(config, readFileSync(example, 'utf8').replace('user:1000', userInfo().username));
    const service = ownOf(compose).find(({ command }) => command?.[0] === 'serve');
    const inContainer = new Map([
      ['/etc/runbook/runbook.config.yaml', config],
      ['/srv/runbooks.yaml.d', join(root, 'runbooks.yaml.d')],
      ['0.0.0.0:8765', '127.0.0.1:0'],
    ]);
    // Temporal has tests of its own: here its options are left out.
    const words = (service?.command ?? []).filter(
      (word, at, list) => !/^--(team|namespace)$/.test(word) && !/^--(team|namespace)$/.test(list[at - 1] ?? ''),
    );
    const server = start(
      words.map((word) => inContainer.get(word) ?? word),
      { env: { ...here.env, OIDC_SECRET: 'x'.repeat(32) }, cwd: here.folder },
    );
    try {
      const url = await eventually('the server listens', () => /listening on (\S+)/.exec(server.stdout())?.[1]);
      const health = service?.healthcheck?.test.at(-1) ?? '';
      expect((await fetch(health.replace('http://127.0.0.1:8765', url))).status).toBe(200);
    } finally {
      server.child.kill('SIGTERM');
      await server.finished;
    }
  });
});

describe.each(['packaging/Containerfile', 'packaging/team/Containerfile'])('%s', (path) => {
  const text = read(path);

  it('copies files that are there, or that `npm run package` makes', () => {
    const { name } = JSON.parse(read('package.json')) as { readonly name: string };
    const sources = [...text.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, words = '']) => words.split(' '));
    expect(sources.length).toBeGreaterThan(0);
    const made = `build/${name}-*.tgz`;
    expect(sources.filter((source) => source !== made && !existsSync(join(root, source)))).toEqual([]);
  });

  it('sets variables that the program reads', () => {
    const source = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => read(join('src', file)))
      .join('\n');
    const variables = [...text.matchAll(/^ENV (\w+)=/gm)].map(([, name = '']) => name);
    expect(variables.length).toBeGreaterThan(0);
    expect(variables.filter((name) => !source.includes(name))).toEqual([]);
  });

  it('does not run the program as root', () => {
    expect(text.match(/^USER .*$/gm)?.at(-1)).toBe('USER node');
  });
});

it('health checks call programs that the image installs', () => {
  const installed = read('packaging/Containerfile');
  for (const folder of ['packaging/serve', 'packaging/team']) {
    const compose = parse(read(join(folder, 'compose.yaml'))) as Compose;
    for (const { healthcheck } of ownOf(compose)) {
      const program = healthcheck?.test[1];
      if (program !== undefined) expect(installed).toMatch(new RegExp(`apt-get install.* ${program} `));
    }
  }
});
