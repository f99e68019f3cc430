/** The server of Temporal, built once per machine from its Go module, and kept; with it the packages of its SDK at the versions of packaging/team. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { find } from './find.ts';

const run = promisify(execFile);
/** A registry that never answers must not hold up everything else, ms. */
const limits = { build: 30 * 60_000, packages: 10 * 60_000 } as const;
export const temporalVersion = '1.29.1';

const cache = (): string => join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'runbook-lab');
const server = (): string => join(cache(), `temporal-${temporalVersion}`, 'temporal-server');

export interface PreparedTemporal {
  readonly server: string;
  /** Folder with `node_modules` of the SDK. */
  readonly packages: string;
}

/** Undefined: not everything is there. Never builds. */
export function findTemporal(): PreparedTemporal | undefined {
  const packages = packagesFolder();
  return existsSync(server()) && existsSync(join(packages, 'node_modules')) ? { server: server(), packages } : undefined;
}

/** Needs the network and Go the first time: three minutes on two cores, about ten on busy ones. */
export async function prepareTemporal(tell: (line: string) => void = () => undefined): Promise<PreparedTemporal> {
  if (!existsSync(server())) {
    tell(`preparing Temporal once: building its server ${temporalVersion} (three to ten minutes)`);
    await buildServer();
  }
  const packages = packagesFolder();
  if (!existsSync(join(packages, 'node_modules'))) {
    tell('preparing Temporal once: the packages of its SDK');
    await installPackages(packages);
  }
  return { server: server(), packages };
}

async function buildServer(): Promise<void> {
  const go = find('go');
  if (go === undefined) throw new Error('the server of Temporal is not there yet, and go is not installed to build it');
  const work = mkdtempSync(join(mkdirp(cache()), 'temporal-build-'));
  try {
    const folders = { GOBIN: join(work, 'bin'), GOPATH: join(work, 'path'), GOCACHE: join(work, 'cache') };
    await run(
      go,
      ['install', '-trimpath', '-ldflags=-s -w', `go.temporal.io/server/cmd/server@v${temporalVersion}`],
      // Modules stay writable, so that they can be removed again.
      {
        env: { ...process.env, ...folders, CGO_ENABLED: '0', GOFLAGS: '-modcacherw' },
        maxBuffer: 16 << 20,
        timeout: limits.build,
      },
    );
    mkdirp(join(cache(), `temporal-${temporalVersion}`));
    renameSync(join(folders.GOBIN, 'server'), server());
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const definition = (): string =>
  resolve(import.meta.dirname, import.meta.dirname.endsWith('dist') ? '../packaging/team' : '../../packaging/team');

/** Named by its lock file: other versions are another folder. */
function packagesFolder(): string {
  const lock = createHash('sha256')
    .update(readFileSync(join(definition(), 'package-lock.json')))
    .digest('hex')
    .slice(0, 12);
  return join(cache(), `temporal-packages-${lock}`);
}

async function installPackages(to: string): Promise<void> {
  const npm = find('npm');
  if (npm === undefined) throw new Error('npm is not installed, and the packages of Temporal are not there yet');
  const work = mkdtempSync(join(mkdirp(cache()), 'temporal-packages-'));
  try {
    for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(definition(), file), join(work, file));
    await run(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: work,
      maxBuffer: 16 << 20,
      timeout: limits.packages,
    });
    rmSync(to, { recursive: true, force: true });
    renameSync(work, to);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function mkdirp(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}
