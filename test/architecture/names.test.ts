/** One meaning a name: what is exported by two files under one name costs every reader a look at the import. */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { root, sourcesOf } from './sources.ts';

const declaration = /^export (?:declare )?(?:async )?(?:function\*?|const|interface|type|class) (\w+)/gm;

/** The files of a step type and of a family of lint rules export these by agreement, and their folder tells whose they are. */
const byPattern = new Set(['stepType', 'manifest', 'runner', 'trial', 'lintEntry', 'asCommand', 'rules', 'lint', 'changes']);

const files = new Map<string, string[]>();
for (const file of sourcesOf('src')) {
  if (/\.generated\./.test(basename(file))) continue;
  for (const [, name = ''] of readFileSync(`${root}/${file}`, 'utf8').matchAll(declaration))
    if (!byPattern.has(name)) files.set(name, [...(files.get(name) ?? []), file]);
}

const shared = [...files].filter(([, places]) => new Set(places).size > 1);

/** Falls: whoever makes one name less lowers it. */
const limit = 5;

it(`no more than ${String(limit)} exported names have several meanings`, () => {
  const shown = shared.map(([name, places]) => `${name}: ${places.join(', ')}`).toSorted();
  expect(shown.length, shown.join('\n')).toBeLessThanOrEqual(limit);
});
