// Compiles the schemas of the language and of the step types to code, because compiling them at each start would cost more than all the rest of
// `lint`. The result is built and not checked in: `npm run build` and each test run make it.
import Ajv from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { load } from './load-source.mjs';

const path = 'src/interpreter/check/validators.generated.js';

/** Keys that are missing or unknown are found by rules, which know what was meant. */
const shapesOnly = (schema) => ({ ...schema, required: undefined, additionalProperties: true });
const identifierOf = (name) => name.replaceAll(/[^A-Za-z]/g, '_');

/** What the code would take from the library at run time, in a line each. */
const inlined = [
  [/^"use strict";/, ''],
  [/require\("ajv\/dist\/runtime\/ucs2length"\)\.default/g, '((text) => [...text].length)'],
  [/require\("ajv\/dist\/runtime\/equal"\)\.default/g, '((a, b) => JSON.stringify(a) === JSON.stringify(b))'],
  [/exports\.(\w+) = /g, 'exported.$1 = '],
];

function compiled(schemas) {
  const ajv = new Ajv({ allErrors: true, strict: false, code: { source: true, esm: false, lines: false } });
  const names = Object.keys(schemas);
  for (const name of names) ajv.addSchema(JSON.parse(JSON.stringify(shapesOnly(schemas[name]))), identifierOf(name));
  const identifiers = Object.fromEntries(names.map((name) => [identifierOf(name), identifierOf(name)]));
  const code = inlined.reduce((text, [from, to]) => text.replace(from, to), standaloneCode(ajv, identifiers));
  const left = /require\([^)]*\)/.exec(code);
  if (left !== null) throw new Error(`the validators need a module that is not replaced: ${left[0]}`);
  const entries = names.map((name) => `  ${JSON.stringify(name)}: exported.${identifierOf(name)},\n`).join('');
  return `const exported = {};\n${code}\nexport const validators = {\n${entries}};\n`;
}

/** Swapped in, so that whoever reads it meanwhile finds the former or the new one. */
export async function writeValidators() {
  const { registry, language, rehearsals, tests } = await load(
    "export { registry } from './src/steps/index.ts';" +
      "export * as language from './src/interpreter/check/document-schema.ts';" +
      "export * as rehearsals from './src/interpreter/rehearsal/rehearsal-schema.ts';" +
      "export * as tests from './src/interpreter/rehearsal/test-schema.ts';",
  );
  const types = registry.names().map((name) => [`type:${name}`, registry.get(name).manifest.params]);
  const own = {
    document: language.topSchema,
    input: language.inputSchema,
    step: language.stepSchema,
    comms: language.commsSchema,
    rehearsal: rehearsals.rehearsalSchema,
    'rehearsal-lab': rehearsals.labSchema,
    'rehearsal-world': rehearsals.worldSchema,
    'rehearsal-expect': rehearsals.expectSchema,
    test: tests.testSchema,
    'test-case': tests.caseSchema,
    'test-effect': tests.effectSchema,
    'test-expect': tests.caseExpectSchema,
  };
  const text = `// Made by scripts/build/validators.mjs; not checked in.\n${compiled({ ...own, ...Object.fromEntries(types) })}`;
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, text);
  renameSync(beside, path);
}

/** Vitest calls this before the tests. */
export default writeValidators;
