/** The programs of a world: small wrappers in a folder for PATH, which know the world, so that only PATH must be passed on. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { find, need } from './servers/find.ts';
import type { LabState } from './state.ts';
import { controlUrl, runDirectory } from './state.ts';
import type { Program, World } from './worlds/world.ts';

export function writePrograms(state: LabState, world: World): void {
  const bin = join(runDirectory(state.directory), 'bin');
  const programs = { ...toolsOf(world.tools), ...world.programs?.(state) };
  for (const [name, program] of Object.entries(programs))
    writeProgram(bin, name, program, { RUNBOOK_LAB_CONTROL: controlUrl(state) });
}

/** Clients that forward to the world's process, which answers for the tools. */
export const toolsOf = (names: readonly string[] = []): Readonly<Record<string, Program>> =>
  Object.fromEntries(names.map((name) => [name, { command: [process.execPath, builtProgram('lab-tool.js'), name] }]));

/** A file in the folder that runs the program with its variables and those given here. */
export function writeProgram(bin: string, name: string, program: Program, more: Readonly<Record<string, string>>): void {
  mkdirSync(bin, { recursive: true });
  const exports = Object.entries({ ...more, ...program.env }).map(([key, value]) => `export ${key}=${quoted(value)}`);
  const file = join(bin, name);
  writeFileSync(file, ['#!/bin/sh', ...exports, `exec ${program.command.map(quoted).join(' ')} "$@"`, ''].join('\n'));
  chmodSync(file, 0o755);
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A program of this machine, not the wrapper of this or another world. */
export function programOfMachine(name: string): string {
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.endsWith('/run/bin'));
  return need(name, find(name, path.join(delimiter)));
}

/** The folder lab/ of the checkout or package, whether we run from it or from dist/. */
export const sourceFolder = (): string => resolve(import.meta.dirname, import.meta.dirname.endsWith('dist') ? '../lab' : '.');

/** A program that the build has made of the lab. */
export const builtProgram = (name: string): string => join(sourceFolder(), '..', 'dist', name);
