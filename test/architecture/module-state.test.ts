/** State that lives as long as the process is kept in functions that somebody calls; what a module keeps is listed here, with its reason. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { root, sourcesOf } from './sources.ts';

/** A cache may be dropped at any moment without a difference; the rest belongs to the process as such. */
const allowed: Readonly<Record<string, string>> = {
  'src/ui/model/outline.ts: skeletons': 'cache of what follows from a plan',
  'src/ui/model/progress.ts: stepsOfPlans': 'cache of what follows from a plan',
  'src/interpreter/core/model/plan-index.ts: cache': 'cache of what follows from a plan',
  'src/interpreter/language/cel/types.ts: read': 'cache of what follows from a schema',
  'src/interpreter/language/cel/condition.ts: parsed': 'cache of what follows from a text, bounded',
  'src/interpreter/language/cel/condition.ts: parser': 'the parser, made at the first condition',
  'src/steps/index.ts: registry': 'never changes once it is made',
  'src/clients/pipes.ts: openPipes': 'file descriptors, which belong to the process',
  'src/console/terminal.ts: streams': 'standard streams, which belong to the process',
  'src/console/terminal.ts: losses': 'standard streams, which belong to the process',
};

const mutable =
  /^(?:export )?(?:let (\w+)|const (\w+)(?:: (?!readonly |Readonly)[^=\n]+)? = (?:new (?:Weak)?(?:Map|Set)(?:<[^;\n]*>)?\(\)|\[\];|(?:create|make|once)\w*\())/gm;

it('no module keeps state but what is listed, and the list names nothing that is not there', () => {
  const found = ['src', 'lab']
    .flatMap(sourcesOf)
    .flatMap((file) =>
      [...readFileSync(`${root}/${file}`, 'utf8').matchAll(mutable)].map(([, variable, constant]) =>
        variable === undefined ? `${file}: ${constant ?? ''}` : `${file}: let ${variable}`,
      ),
    );
  expect(found.toSorted()).toEqual(Object.keys(allowed).toSorted());
});
