/** `runbook doctor`: what this machine lacks for running runbooks; each line says what to do. Exit 1 when something needed is missing. */
import { accessSync, constants, mkdirSync, statfsSync } from 'node:fs';
import { loadConfig } from '../interpreter/config/config.ts';
import { exitCodes } from './exit.ts';
import { stateRoot } from './state-root.ts';
import { print } from './terminal.ts';
import { version } from './version.ts';

interface Check {
  readonly name: string;
  readonly good: boolean;
  readonly says: string;
  readonly needed: boolean;
}

const neededBytes = 64 * 1024 * 1024;

export async function doctor(options: { readonly config?: string }): Promise<number> {
  const checks = [node(), ...store(), terminal(), await configuration(options.config)];
  await print(`runbook ${version} on ${process.platform} ${process.arch}`);
  for (const one of checks) await print(`${one.good ? 'ok     ' : one.needed ? 'MISSING' : 'note   '} ${one.name}: ${one.says}`);
  return checks.some((one) => one.needed && !one.good) ? exitCodes.failed : exitCodes.succeeded;
}

function node(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const good = major > 20 || (major === 20 && minor >= 19);
  return {
    name: 'node',
    good,
    needed: true,
    says: good ? process.versions.node : `${process.versions.node}; 20.19 or newer is needed`,
  };
}

function store(): readonly Check[] {
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

function terminal(): Check {
  const good = process.stdout.isTTY === true;
  return {
    name: 'terminal',
    good,
    needed: false,
    says: good ? `${String(process.stdout.columns)}x${String(process.stdout.rows)}` : 'none: runs print plain lines',
  };
}

async function configuration(path: string | undefined): Promise<Check> {
  const { config, diagnostics } = await loadConfig({ directory: process.cwd(), ...(path === undefined ? {} : { path }) });
  const first = diagnostics[0];
  if (first !== undefined)
    return { name: 'configuration', good: false, needed: true, says: `${first.file}:${String(first.line)}: ${first.message}` };
  const names = Object.keys(config.environments);
  if (config.path === undefined)
    return { name: 'configuration', good: false, needed: false, says: 'no runbook.config.yaml here or above' };
  return { name: 'configuration', good: true, needed: false, says: `${config.path}, environments ${names.join(', ') || 'none'}` };
}
