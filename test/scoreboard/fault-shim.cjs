// Loaded into the program before it starts (node --require): counts its writes, syncs, renames and children, and at the n-th kills it or lets
// the call fail. Only calls on files below the state folder count, and children that are given a run's cookie.
//
// RUNBOOK_FAULT: `kill:write:7:before`, `kill:sync:3:after`, `ENOSPC:write:7:once`, `EIO:sync:2:on`, `jump:-3600000` (the clock of the machine is
// that many milliseconds off), or `count`.
// RUNBOOK_FAULT_COUNTS: where the counts are written at the end.
'use strict';
const fs = require('node:fs');
const children = require('node:child_process');
const [action, call, nth, when] = (process.env.RUNBOOK_FAULT ?? 'count').split(':');
const state = process.env.RUNBOOK_STATE_DIR ?? '/nowhere';
const counts = { write: 0, sync: 0, rename: 0, spawn: 0 };
const files = new Set();
const writeReally = fs.writeFileSync;

const fail = (name) => Object.assign(new Error(`${action}: injected, ${name}`), { code: action, syscall: name });
const die = () => {
  process.kill(process.pid, 'SIGKILL');
  for (;;);
};

/** Counts one call and lets the fault happen where it is due. `half` does a part of the call: what a crash or a full disk leaves. */
function counted(kind, half, whole) {
  counts[kind] += 1;
  const due = call === kind && (counts[kind] === Number(nth) || (when === 'on' && counts[kind] > Number(nth)));
  if (!due) return whole();
  if (action !== 'kill') {
    half();
    throw fail(kind);
  }
  if (when === 'before') die();
  if (when === 'half') {
    half();
    die();
  }
  whole();
  return die();
}

if (action === 'jump') {
  const Real = Date;
  const by = Number(call);
  globalThis.Date = class extends Real {
    constructor(...given) {
      super(...(given.length === 0 ? [Real.now() + by] : given));
    }
    static now() {
      return Real.now() + by;
    }
  };
}

const nothing = () => undefined;
const wrap = (name, kind, mine, half = () => nothing) => {
  const real = fs[name];
  fs[name] = (...args) => (mine(...args) ? counted(kind, half(real, args), () => real(...args)) : real(...args));
};
const open = fs.openSync;
fs.openSync = (path, ...rest) => {
  const fd = open(path, ...rest);
  if (String(path).startsWith(state)) files.add(fd);
  return fd;
};
const close = fs.closeSync;
fs.closeSync = (fd) => {
  files.delete(fd);
  return close(fd);
};
const ours = (target) => (typeof target === 'number' ? files.has(target) : String(target).startsWith(state));
wrap('writeSync', 'write', ours, (real, [fd, bytes, from = 0]) => () => {
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(String(bytes));
  if (buffer.length - from > 1) real(fd, buffer, from, Math.floor((buffer.length - from) / 2));
});
wrap('writeFileSync', 'write', ours, (real, [path, data, options]) => () => {
  const buffer = Buffer.isBuffer(data) ? data : Buffer.from(String(data));
  real(path, buffer.subarray(0, Math.floor(buffer.length / 2)), options);
});
wrap('fdatasyncSync', 'sync', ours);
wrap('fsyncSync', 'sync', ours);
wrap('renameSync', 'rename', ours);
const spawn = children.spawn;
children.spawn = (...args) => counted('spawn', nothing, () => spawn(...args));

process.on('exit', () => {
  if (!process.env.RUNBOOK_FAULT_COUNTS) return;
  // VmHWM is the peak of this program alone, in KiB.
  const peak = Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync('/proc/self/status', 'latin1'))?.[1] ?? 0) / 1024;
  writeReally(process.env.RUNBOOK_FAULT_COUNTS, JSON.stringify({ ...counts, peak }));
});
