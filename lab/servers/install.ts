/** Makes sure that the machine has every program that the lab starts. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerName } from '../state.ts';
import { findEither } from './alertmanager.ts';
import { find, findPostgres, findSshd } from './find.ts';
import { prepareKafka } from './kafka-prepare.ts';
import { prepareTemporal } from './temporal-prepare.ts';

interface Program {
  readonly name: string;
  readonly package: string;
  readonly found: () => boolean;
  /** What needs it: a server of a world, every world, or only the product's own tests. */
  readonly for: ServerName | 'worlds' | 'tests';
}

const programs: readonly Program[] = [
  { name: 'redis-server', package: 'redis-server', found: () => find('redis-server') !== undefined, for: 'redis' },
  { name: 'prometheus', package: 'prometheus', found: () => find('prometheus') !== undefined, for: 'prometheus' },
  {
    name: 'prometheus-alertmanager',
    package: 'prometheus-alertmanager',
    found: () => findEither() !== undefined,
    for: 'alertmanager',
  },
  { name: 'postgres and initdb', package: 'postgresql', found: () => findPostgres() !== undefined, for: 'postgres' },
  { name: 'java', package: 'default-jre-headless', found: () => find('java') !== undefined, for: 'kafka' },
  { name: 'mvn', package: 'maven', found: () => find('mvn') !== undefined, for: 'kafka' },
  { name: 'sshd', package: 'openssh-server', found: () => findSshd() !== undefined, for: 'sshd' },
  { name: 'ssh', package: 'openssh-client', found: () => find('ssh') !== undefined, for: 'sshd' },
  { name: 'tmux', package: 'tmux', found: () => find('tmux') !== undefined, for: 'tests' },
  { name: 'chromium', package: 'chromium', found: () => find('chromium') !== undefined, for: 'tests' },
  { name: 'zsh', package: 'zsh', found: () => find('zsh') !== undefined, for: 'tests' },
  { name: 'curl', package: 'curl', found: () => find('curl') !== undefined, for: 'tests' },
  { name: 'jq', package: 'jq', found: () => find('jq') !== undefined, for: 'tests' },
  { name: 'fish', package: 'fish', found: () => find('fish') !== undefined, for: 'tests' },
  { name: 'faketime', package: 'faketime', found: () => find('faketime') !== undefined, for: 'tests' },
  { name: 'python3', package: 'python3', found: () => find('python3') !== undefined, for: 'worlds' },
];

/** What is to be run: the servers of a world, or the product's own tests, which need everything. */
export type Purpose = { readonly servers: readonly ServerName[] } | 'tests';

/**
 * Installs what is missing (as root on Debian), else fails and says exactly what is missing. `tell` gets one line per slow thing done.
 * Installed daemons are not started by the packages: the lab starts its own on its own ports.
 */
export async function ensureInstalled(tell: (line: string) => void, purpose: Purpose): Promise<void> {
  const wanted: readonly string[] = purpose === 'tests' ? [] : ['worlds', ...purpose.servers];
  const isWanted = (one: Program): boolean => purpose === 'tests' || wanted.includes(one.for);
  const missing = programs.filter((one) => isWanted(one) && !one.found());
  if (missing.length > 0) await install(missing, tell);
  if (purpose === 'tests' || purpose.servers.includes('kafka')) await prepareKafka(tell);
  if (purpose === 'tests') await prepareTeam(tell);
}

/** Only the tests of a team need it, and a machine without Go or without a network has all the others. */
async function prepareTeam(tell: (line: string) => void): Promise<void> {
  try {
    await prepareTemporal(tell);
  } catch (problem) {
    tell(`NOT PREPARED: Temporal: ${lastWords(problem)}`);
    tell('the tests of a team (test/service) will be skipped and say so; everything else is tested');
  }
}

/** A compiler says much before it says what is wrong. */
const lastWords = (problem: unknown): string =>
  (problem instanceof Error ? problem.message : String(problem)).trim().split('\n').slice(-5).join('\n');

async function install(missing: readonly Program[], tell: (line: string) => void): Promise<void> {
  const names = missing.map((one) => one.name).join(', ');
  const packages = missing.map((one) => one.package);
  const apt = find('apt-get');
  const isRoot = process.getuid?.() === 0;
  if (apt === undefined || !isRoot) {
    const reason = apt === undefined ? 'this machine has no apt-get' : 'only root may install';
    throw new Error(
      `the lab needs ${names}, which this machine lacks, and ${reason}. On Debian: sudo apt-get install --no-install-recommends ${packages.join(' ')}`,
    );
  }
  tell(`installing ${packages.join(' ')}`);
  await withoutStartingDaemons(async () => {
    if (!hasLists()) await command(apt, ['-qq', 'update']);
    const arguments_ = ['-y', '-qq', '-o', 'DPkg::Lock::Timeout=120', 'install', '--no-install-recommends', ...packages];
    await command(apt, arguments_).catch(async () => {
      // lists from an image may name packages that the mirror has replaced since
      await command(apt, ['-qq', 'update']);
      await command(apt, arguments_);
    });
  });
  const still = missing.filter((one) => !one.found());
  if (still.length > 0)
    throw new Error(`installed ${packages.join(' ')}, but still missing: ${still.map((one) => one.name).join(', ')}`);
}

const hasLists = (): boolean =>
  existsSync('/var/lib/apt/lists') &&
  readdirSync('/var/lib/apt/lists').some((name) => name.endsWith('_Packages') || name.includes('_Packages.'));

/** Debian starts a daemon when its package is installed, unless this file says no; ours is taken away again. */
async function withoutStartingDaemons(work: () => Promise<void>): Promise<void> {
  const policy = '/usr/sbin/policy-rc.d';
  const ours = !existsSync(policy);
  if (ours) writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    await work();
  } finally {
    if (ours) rmSync(policy, { force: true });
  }
}

const command = (name: string, args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(name, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => {
      errors = `${errors}${chunk.toString()}`.slice(-4000);
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${name} ${args.join(' ')} failed with exit code ${String(code)}:\n${errors.trim()}`));
    });
  });
