#!/usr/bin/env node
// Starts the program through V8's code cache: after the first starts nothing is compiled again. The cache is taken after a run, so
// that lazily compiled functions are in it. Any doubt (other node, other flags, other build, folder not writable) means: no cache, same program.
// The program and its large libraries are files of their own, each with its own cache: a start reads only what it needs.
// What the program imports late goes through a function of this file: code from a cache has lost where its own import() belongs.
'use strict';
const { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const v8 = require('node:v8');
const vm = require('node:vm');

/** Starts that add what they compiled to a cache: one file has conditions, the next a query, later ones nothing new. */
const lessons = 4;
/** Folders of caches that are kept: two a build. */
const kept = 6;

const verb = /^[a-z]+$/.test(process.argv[2] ?? '') ? process.argv[2] : 'none';
// Short commands end before optimised code pays, but wait for its compilation; long ones wait for others most of the time. Later
// optimisation is a quarter of the time of `lint` and 8 MiB. What starts children stays small besides, at the price of more collections:
// each start of a child copies the tables of our memory. Set before any code is read: a cache belongs to the flags it was made under.
// Node 22 has compilers in between that are budgeted otherwise, and prints a flag that it does not know as an error.
const patient = process.versions.v8.startsWith('11.') ? ['--interrupt-budget=1000000'] : [];
const small = ['--semi-space-growth-factor=1', '--heap-growing-percent=30'];
const startsChildren = ['run', 'resume', 'undo', 'check'].includes(verb);
// To tell whether a fault has to do with them: RUNBOOK_V8_FLAGS=off sets none.
const ownFlags = process.env.RUNBOOK_V8_FLAGS !== 'off';
const flags = [...(ownFlags ? patient : []), ...(ownFlags && startsChildren ? small : [])];
for (const flag of flags) v8.setFlagsFromString(flag);

const { size, mtimeMs } = statSync(join(__dirname, 'main.js'));
const build = `${process.version}-${process.arch}-${size}-${Math.round(mtimeMs)}${ownFlags ? (startsChildren ? '-small' : '') : '-plain'}`;
// The environment knows the home folder nearly always; asking the system costs a module.
const home = process.env.XDG_CACHE_HOME || join(process.env.HOME || require('node:os').homedir(), '.cache');
const caches = join(home, 'runbook', 'code');
// To tell whether a fault has to do with the cache: RUNBOOK_CODE_CACHE=off neither reads nor writes it.
const cached = process.env.RUNBOOK_CODE_CACHE !== 'off';
const learning = [];
const loaded = new Map();

/** Runs one built file, which evaluates to a function, as a module. `name` is that of its cache. */
function load(file, name) {
  if (!loaded.has(file)) loaded.set(file, run(file, name));
  return loaded.get(file);
}

function run(file, name) {
  const path = join(__dirname, file);
  const { lesson, data } = readCache(name);
  // The build writes ASCII only: read as such, the text is neither decoded nor copied.
  const script = new vm.Script(readFileSync(path, 'latin1'), {
    filename: path,
    ...(data === undefined ? {} : { cachedData: data }),
  });
  // A cache that V8 refuses is left alone: rewriting it at each start with changed flags would cost every start.
  if (script.cachedDataRejected !== true && lesson < lessons) learning.push({ script, name, lesson });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, path, __dirname, importLate, load);
  return module.exports;
}

/** What is built like the program itself has its cache; the screen and step types from outside (`file:`) are ECMAScript modules, which have none. */
async function importLate(file) {
  if (file.endsWith('.mjs') || file.startsWith('file:')) return import(file);
  const name = file.replace(/^.*\/(.*)\.js$/, '$1');
  const exported = load(file, file.includes('/drivers/') ? `driver-${name}` : `${name}-${verb}`);
  return 'default' in exported ? exported : Object.assign({ default: exported }, exported);
}

/** The first byte counts the lessons. */
function readCache(name) {
  if (!cached) return { lesson: lessons, data: undefined };
  try {
    const bytes = readFileSync(join(caches, build, `${name}.bin`));
    return { lesson: bytes[0], data: bytes.subarray(8) };
  } catch {
    return { lesson: 0, data: undefined };
  }
}

function keep({ script, name, lesson }) {
  const folder = join(caches, build);
  const own = join(folder, `${name}.${process.pid}`);
  writeFileSync(own, Buffer.concat([Buffer.from([lesson + 1, 0, 0, 0, 0, 0, 0, 0]), script.createCachedData()]), { mode: 0o600 });
  renameSync(own, join(folder, `${name}.bin`));
}

/** Caches of former builds would gather for ever. */
function forget() {
  const builds = readdirSync(caches).map((name) => ({ path: join(caches, name), at: statSync(join(caches, name)).mtimeMs }));
  for (const { path } of builds.sort((a, b) => b.at - a.at).slice(kept)) rmSync(path, { recursive: true, force: true });
}

process.once('exit', () => {
  if (learning.length === 0) return;
  try {
    if (mkdirSync(join(caches, build), { recursive: true, mode: 0o700 }) !== undefined) forget();
    learning.forEach(keep);
  } catch {
    // a cache is a convenience
  }
});

load('main.js', `main-${verb}`);
