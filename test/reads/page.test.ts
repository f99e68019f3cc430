/** docs/reads.md lists the programs that the grammars know; `UPDATE_READS=1` writes the list anew. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { families } from '../../src/clients/programs/families/index.ts';

const page = join(import.meta.dirname, '../../docs/reads.md');

it('lists the programs of which something is known', () => {
  const list = Object.entries(families)
    .map(
      ([family, programs]) =>
        `- ${family}: ${Object.keys(programs)
          .sort()
          .map((name) => `\`${name}\``)
          .join(', ')}.`,
    )
    .join('\n');
  const [before = '', rest = ''] = readFileSync(page, 'utf8').split('<!-- programs -->');
  const after = rest.split('<!-- /programs -->')[1] ?? '';
  const wanted = `${before}<!-- programs -->\n\nPrograms of which something is known to read:\n\n${list}\n\n<!-- /programs -->${after}`;
  if (process.env['UPDATE_READS'] !== undefined) writeFileSync(page, wanted);
  expect(readFileSync(page, 'utf8')).toBe(wanted);
});
