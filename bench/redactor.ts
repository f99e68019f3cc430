/** Prints how long masking 32 MiB of output takes, as a multiple of hashing the same bytes with SHA-256. Bundled and started by run.mjs. */
import { createHash, randomBytes } from 'node:crypto';
import { createRedactor } from '../src/interpreter/guard/redact.ts';

const secrets = 50;
const chunkBytes = 64 * 1024;
const chunks = 512;

/** Lines as services write them; one in a thousand has a secret in it. */
function outputOf(known: readonly string[]): readonly Buffer[] {
  const lines = Array.from({ length: 4000 }, (_, at) => {
    const said = at % 1000 === 0 ? `token=${known[at % secrets] ?? ''}` : `user ${String(at * 7919)} read /orders/${String(at)}`;
    return `2026-01-31T12:00:${String(at % 60).padStart(2, '0')}.123Z INFO [worker-${String(at % 8)}] ${said} in ${String(at % 97)} ms\n`;
  });
  const text = Buffer.from(lines.join(''));
  return Array.from({ length: chunks }, (_, at) => {
    const from = (at * chunkBytes) % (text.length - chunkBytes);
    return text.subarray(from, from + chunkBytes);
  });
}

const known = Array.from({ length: secrets }, () => randomBytes(24).toString('base64'));
const output = outputOf(known);
const redactor = createRedactor();
for (const [at, secret] of known.entries()) redactor.add(`secret${String(at)}`, secret);
const stream = redactor.stream();
const hash = createHash('sha256');
const spent = { masking: 0, hashing: 0 };
// In turn, chunk by chunk: whatever else the machine does takes its part of both. The first eighth warms up.
for (const [at, chunk] of output.entries()) {
  const start = performance.now();
  stream.push(chunk);
  const middle = performance.now();
  hash.update(chunk);
  if (at < chunks / 8) continue;
  spent.masking += middle - start;
  spent.hashing += performance.now() - middle;
}
process.stdout.write(String(spent.masking / spent.hashing));
