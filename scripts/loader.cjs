#!/usr/bin/env node
// Starts the program through V8's code cache: after the first start nothing is compiled again. The cache is taken after a run, so
// that lazily compiled functions are in it. Any doubt (other node, other flags, other build, folder not writable) means: no cache, same program.
// What the program imports late goes through a function of this file: code from a cache has lost where its own import() belongs.
'use strict';
const { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } = require('node:fs');
const { homedir } = require('node:os');
const { join } = require('node:path');
const vm = require('node:vm');

const file = join(__dirname, 'main.js');
const { size, mtimeMs } = statSync(file);
const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'runbook', 'code');
const verb = /^[a-z]+$/.test(process.argv[2] ?? '') ? process.argv[2] : 'none';
const cache = join(folder, `${process.version}-${process.arch}-${size}-${Math.round(mtimeMs)}-${verb}.bin`);

let cachedData;
try {
  cachedData = readFileSync(cache);
} catch {
  // first start of this build
}
const source = `(function (exports, require, module, __filename, __dirname, importModule) {${readFileSync(file, 'utf8')}\n})`;
const script = new vm.Script(source, {
  filename: file,
  ...(cachedData === undefined ? {} : { cachedData }),
});
// A cache that V8 refuses is left alone: rewriting it at each start with changed flags would cost every start.
if (cachedData === undefined) process.once('exit', () => keep(script));

/** Drivers are CommonJS and give what they export; the screen is an ECMAScript module. */
async function load(path) {
  return path.endsWith('.mjs') ? import(path) : require(path);
}

function keep(script) {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const own = `${cache}.${process.pid}`;
    writeFileSync(own, script.createCachedData(), { mode: 0o600 });
    if (existsSync(own)) renameSync(own, cache);
  } catch {
    // a cache is a convenience
  }
}

const program = { exports: {} };
script.runInThisContext()(program.exports, require, program, file, __dirname, load);
