/** Escape sequences and worse from a child: what reaches a terminal, a report or a log is plain text. */
import { createHash } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sanitize } from '../../src/interpreter/guard/sanitize.ts';
import { runbook } from '../rig/cli.ts';
import type { Measure, Score, Tier } from './measure.ts';
import { atMost, oneOf, pick, randomOf } from './measure.ts';
import { ground } from './program.ts';

/** Everything but tab, line feed and what can be seen; that no escape survives is what the grammar of the output says. */
const forbidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/;

const starts = [
  '\u001b[',
  '\u001b]',
  '\u001bP',
  '\u001b_',
  '\u001b^',
  '\u001bX',
  '\u009b',
  '\u009d',
  '\u0090',
  '\u001b',
  '\u001b(',
  '\u001b#',
];
const bodies = ['31m', '2J', '0;title', '8;;http://x', '52;c;aGk=', '?1049h', '6n', '1;1H', 'q#0', ''];
const ends = ['\u0007', '\u001b\\', '\u009c', ''];
const others = ['\r', '\b\b\b', '\u0000', '\u007f', '\u202e', '\u2066', '\u200b', '\ufeff', '\u0085', '\u2028'];
const corpus: readonly string[] = [
  ...starts.flatMap((start) => bodies.flatMap((body) => ends.map((end) => start + body + end))),
  ...others,
];

function fuzzed(random: () => number): string {
  const parts = Array.from({ length: 1 + Math.floor(random() * 12) }, () =>
    oneOf(random, [...starts, ...bodies, ...ends, ...others, 'text', '\n', 'ü']),
  );
  return parts.join('');
}

/** The corpus as output, as a value and as a message of the program itself, read back in every form. */
async function throughTheProgram(): Promise<readonly string[]> {
  const here = ground({
    id: 'loud',
    args: [],
    text: (folder) =>
      `apiVersion: runbook/v1\nid: loud\ntitle: Loud\nowners: [tests]\nsteps:\n` +
      `  - { id: prints, type: shell, argv: [cat, "${folder}/corpus"] }\n` +
      `  - { id: complains, type: shell, script: "cat ${folder}/corpus >&2; exit 3", onFailure: continue }\n` +
      `  - { id: tells, type: check, expect: 'steps.prints.value == "x"', onFailure: continue }\n`,
  });
  try {
    writeFileSync(join(here.folder, 'corpus'), corpus.map((one, at) => `${String(at)} ${one} end\n`).join(''));
    const outputs = new Map([['run', (await here.run()).output]]);
    const state = join(here.folder, 'state');
    const run = readdirSync(join(state, 'runs'))[0] ?? '';
    for (const form of ['markdown', 'summary', 'html', 'junit']) {
      const { stdout, stderr } = await runbook(['report', run, '-o', form], { env: { RUNBOOK_STATE_DIR: state } });
      outputs.set(`report -o ${form}`, stdout + stderr);
    }
    outputs.set('runs', (await runbook(['runs', run], { env: { RUNBOOK_STATE_DIR: state } })).stdout);
    return [...outputs].flatMap(([what, text]) =>
      forbidden.test(text) ? [`${what} prints ${JSON.stringify(forbidden.exec(text)?.[0])}`] : [],
    );
  } finally {
    here.remove();
  }
}

export const terminalSafety: Measure = {
  id: 'S8',
  title: 'Escape sequences from children and servers',
  target: 'no byte that moves, colours, hides or fakes in any form of output',
  run: async (tier: Tier, seed: number): Promise<Score> => {
    const random = randomOf(seed + 8);
    const fuzz = Array.from({ length: pick(tier, { quick: 5000, board: 200_000, soak: 5_000_000 }) }, () => fuzzed(random));
    const violations = [...corpus, ...fuzz]
      .filter((text) => forbidden.test(sanitize(text)))
      .map((text) => `sanitize keeps something of ${JSON.stringify(text)}`);
    violations.push(...(await throughTheProgram()));
    const digest = createHash('sha256').update(corpus.join('\n')).digest('hex').slice(0, 8);
    return {
      cases: corpus.length + fuzz.length,
      violations: atMost(violations),
      figure: `${String(corpus.length)} sequences (${digest}) through 6 forms, ${String(fuzz.length)} random texts`,
    };
  },
};
