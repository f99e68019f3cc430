// Loaded before the program (`node -r`): counts its syncs and reads its peak memory, and writes both to BENCH_OBSERVED when it ends.
// VmHWM belongs to this program alone; getrusage would count the memory of whoever started it.
'use strict';
const fs = require('node:fs');
let syncs = 0;
for (const name of ['fsyncSync', 'fdatasyncSync']) {
  const original = fs[name];
  fs[name] = (...given) => {
    syncs += 1;
    return original(...given);
  };
}
process.once('exit', () => {
  const peak = Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync('/proc/self/status', 'latin1'))?.[1] ?? 0) / 1024;
  fs.writeFileSync(process.env.BENCH_OBSERVED, JSON.stringify({ syncs, peak }));
});
