/** `kubectl` and `python3` for the runbook: small wrappers that know this lab, so that only PATH must be passed on. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { find, need } from './servers/find.ts';
import type { LabState } from './state.ts';
import { controlUrl, runDirectory } from './state.ts';

export function writePrograms(state: LabState, source: string): void {
  const run = runDirectory(state.directory);
  const bin = join(run, 'bin');
  mkdirSync(bin, { recursive: true });
  // not the wrapper of this or another lab
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.endsWith('/run/bin'));
  const python = need('python3', find('python3', path.join(delimiter)));
  const variables = {
    PYTHONPATH: join(source, 'python'),
    PYTHONDONTWRITEBYTECODE: '1',
    RUNBOOK_LAB_CONTROL: controlUrl(state),
    RUNBOOK_LAB_GATEWAY_LOG: join(run, 'gateway.log'),
  };
  const exports = Object.entries(variables).map(([name, value]) => `export ${name}=${quoted(value)}`);
  const write = (name: string, command: string): void => {
    const file = join(bin, name);
    writeFileSync(file, ['#!/bin/sh', ...exports, `exec ${command} "$@"`, ''].join('\n'));
    chmodSync(file, 0o755);
  };
  write('python3', quoted(python));
  write('kubectl', `${quoted(python)} ${quoted(join(source, 'bin', 'kubectl'))}`);
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The folder lab/ of the checkout, whether we run from it or from dist/. */
export const sourceFolder = (): string => resolve(import.meta.dirname, import.meta.dirname.endsWith('dist') ? '../lab' : '.');
