/** `runbook doctor`: what this machine lacks for running runbooks; each line says what to do. Exit 1 when something needed is missing. */
import { accessSync, constants, existsSync, mkdirSync, readFileSync, statfsSync } from 'node:fs';
import { loadConfig } from '../../interpreter/config/config.ts';
import type { Config } from '../../interpreter/config/config.ts';
import type { EnvironmentCheck } from './environment.ts';
import { exitCodes, usage } from '../../console/exit-codes.ts';
import { stateRoot } from '../../console/state-root.ts';
import type { TrustOptions } from '../../session/trust.ts';
import { anchorPrograms, refuseUntrusted, secretProgram, untrustedProgram } from '../../session/trust.ts';
import { findProgram } from '../../clients/find-program.ts';
import { print } from '../../console/terminal.ts';
import { version } from '../../console/version.ts';

const neededBytes = 64 * 1024 * 1024;

export async function doctor(options: TrustOptions & { readonly config?: string; readonly env?: string }): Promise<number> {
  const { config, check, literals } = await configuration(options.config);
  const checks = [
    node(),
    ...store(),
    terminal(),
    ...logout(),
    check,
    ...literals,
    ...(await stepTypes(config)),
    ...anchor(config),
    ...(await environment(config, options)),
  ];
  await print(`runbook ${version} on ${process.platform} ${process.arch}`);
  for (const one of checks) await print(`${one.good ? 'ok     ' : one.needed ? 'MISSING' : 'note   '} ${one.name}: ${one.says}`);
  return checks.some((one) => one.needed && !one.good) ? exitCodes.failed : exitCodes.succeeded;
}

function node(): EnvironmentCheck {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const good = major > 20 || (major === 20 && minor >= 19);
  return {
    name: 'node',
    good,
    needed: true,
    says: good ? process.versions.node : `${process.versions.node}; 20.19 or newer is needed`,
  };
}

function store(): readonly EnvironmentCheck[] {
  const root = stateRoot();
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 });
    accessSync(root, constants.W_OK);
    const { bavail, bsize } = statfsSync(root);
    const free = bavail * bsize;
    return [
      { name: 'run store', good: true, needed: true, says: root },
      {
        name: 'disk',
        good: free >= neededBytes,
        needed: true,
        says: `${String(Math.floor(free / 1024 / 1024))} MiB free, 64 MiB are needed`,
      },
    ];
  } catch (problem) {
    return [
      { name: 'run store', good: false, needed: true, says: `${root}: ${(problem as Error).message}; set RUNBOOK_STATE_DIR` },
    ];
  }
}

function terminal(): EnvironmentCheck {
  const good = process.stdout.isTTY === true;
  return {
    name: 'terminal',
    good,
    needed: false,
    says: good ? `${String(process.stdout.columns)}x${String(process.stdout.rows)}` : 'none: runs print plain lines',
  };
}

/** Where a logout ends all processes of a user, a run that should outlive its terminal does not. */
function logout(): readonly EnvironmentCheck[] {
  const file = '/etc/systemd/logind.conf';
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (!/^\s*KillUserProcesses\s*=\s*(yes|true|1)/im.test(text)) return [];
  const says = `${file} ends all processes at logout, also a run: loginctl enable-linger ${process.env['USER'] ?? ''}`.trimEnd();
  return [{ name: 'logout', good: false, needed: false, says }];
}

/** Step types from outside: a package that differs from its pin is reported before the night. */
async function stepTypes(config: Config): Promise<readonly EnvironmentCheck[]> {
  const { knownStepTypes } = await import('../../catalogue/step-types.ts');
  const known = await knownStepTypes(config.stepTypes);
  const good = known.outside.map(({ manifest, origin }): EnvironmentCheck => {
    const says = `${origin?.package ?? ''} ${origin?.version ?? ''}, content as pinned`;
    return { name: `step type ${manifest.type}`, good: true, needed: true, says };
  });
  const bad = known.diagnostics.map((one): EnvironmentCheck => ({
    name: 'step types',
    good: false,
    needed: true,
    says: one.message,
  }));
  return [...good, ...bad];
}

/** Named, never called: it would keep something. */
function anchor(config: Config): readonly EnvironmentCheck[] {
  return anchorPrograms(config.anchor).map((program): EnvironmentCheck => {
    const [command = ''] = program.argv;
    const good = findProgram(command, process.env['PATH'] ?? '', process.cwd()) !== undefined;
    return { name: program.for, good, needed: true, says: `${good ? '' : 'there is no such command: '}${program.runs}` };
  });
}

async function environment(
  config: Config,
  { env: name, ...options }: TrustOptions & { readonly env?: string },
): Promise<readonly EnvironmentCheck[]> {
  if (name === undefined) return [];
  const found = config.environments[name];
  if (found === undefined)
    throw usage(`there is no environment ${name}`, `known: ${Object.keys(config.environments).join(', ') || 'none'}`);
  const programs = Object.keys(found.secrets).flatMap((secret) => secretProgram(found, secret));
  if (options.trustConfig === true) await refuseUntrusted(config.path, programs, options);
  return (await import('./environment.ts')).checkEnvironment(found, (secret) => untrustedProgram(config.path, found, secret));
}

async function configuration(
  path: string | undefined,
): Promise<{ readonly config: Config; readonly check: EnvironmentCheck; readonly literals: readonly EnvironmentCheck[] }> {
  const { config, diagnostics } = await loadConfig({ directory: process.cwd(), ...(path === undefined ? {} : { path }) });
  const base = { name: 'configuration', needed: false };
  const literals = diagnostics
    .filter((one) => one.severity === 'warning')
    .map((one): EnvironmentCheck => ({
      ...base,
      good: false,
      says: `${one.file}:${String(one.line)}: ${one.message}; ${one.hint ?? ''}`,
    }));
  const first = diagnostics.find((one) => one.severity === 'error');
  if (first !== undefined)
    return {
      config,
      literals,
      check: { ...base, good: false, needed: true, says: `${first.file}:${String(first.line)}: ${first.message}` },
    };
  const names = Object.keys(config.environments);
  if (config.path === undefined)
    return { config, literals, check: { ...base, good: false, says: 'no runbook.config.yaml here or above' } };
  return { config, literals, check: { ...base, good: true, says: `${config.path}, environments ${names.join(', ') || 'none'}` } };
}
