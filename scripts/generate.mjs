// Generates what is derived and checked in: the published schema, pages, snippets. With --check it only compares and fails on a difference.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { load } from './build/load-source.mjs';
import { cataloguePage } from './catalogue.mjs';
import { snippets } from './snippets.mjs';

const check = process.argv.includes('--check');
const outdated = [];

function emit(path, text) {
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  if (check) outdated.push(path);
  else {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

const schemas = await load("export * from './src/interpreter/check/document-schema.ts'");
const rehearsal = await load("export * from './src/interpreter/rehearsal/rehearsal-schema.ts'");
const { registry } = await load("export { registry } from './src/steps/index.ts'");
const types = registry.names().map((name) => registry.get(name));

// -- functions of conditions, with the examples that a test evaluates
const { functionsPage } = await load("export { functionsPage } from './src/interpreter/language/cel/functions/reference.ts'");
emit('docs/functions.md', functionsPage());

// -- the page of the language
const { languagePage } = await load("export { languagePage } from './src/interpreter/check/page/page.ts'");
emit('docs/language.md', languagePage());

// -- which step covers which row of the source documents
emit('docs/catalogue.md', cataloguePage());

// -- published schema: one document schema whose steps are discriminated by type
const step = { $ref: '#/definitions/step' };
const steps = (schema) => ({ ...schema, items: step });
const common = schemas.stepSchema.properties;
const withSteps = {
  ...common,
  steps: steps(common.steps),
  then: steps(common.then),
  doneWhen: { ...common.doneWhen, $ref: '#/definitions/step' },
};
// A parameter may be filled in whole, and keeps its type then: `topics: "{{inputs.topics}}"`. What a manifest calls a list, a number or a choice of yes and
// no is therefore a template as well to an editor.
const template = { type: 'string', pattern: '^\\{\\{.*\\}\\}$' };
const filled = new Set(['array', 'integer', 'number', 'boolean']);
function withTemplates(schema) {
  if (Array.isArray(schema)) return schema.map(withTemplates);
  if (schema === null || typeof schema !== 'object') return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, withTemplates(value)]));
  if (!filled.has(schema.type)) return inner;
  const { description, ...own } = inner;
  return { ...(description === undefined ? {} : { description }), anyOf: [own, template] };
}
const typed = types.map(({ manifest }) => ({
  if: { properties: { type: { const: manifest.type } }, required: ['type'] },
  then: {
    description: manifest.summary,
    properties: {
      ...withSteps,
      type: { const: manifest.type, description: manifest.summary },
      ...withTemplates(manifest.params.properties),
    },
    required: [...(manifest.params.required ?? []), ...(manifest.requires ?? [])],
    additionalProperties: false,
  },
}));
const top = schemas.topSchema;
const { sections: ofDocument } = await load("export { sections } from './src/interpreter/document/steps.ts'");
const listKeys = ofDocument.map(([key]) => key).filter((key) => key !== 'comms');
const document = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'runbook/v1',
  title: 'Runbook',
  description: 'An incident procedure that can be checked, executed, recorded and undone.',
  ...top,
  properties: {
    ...top.properties,
    ...Object.fromEntries(listKeys.map((key) => [key, steps(top.properties[key])])),
    comms: { ...top.properties.comms, items: schemas.commsSchema },
    inputs: { ...top.properties.inputs, additionalProperties: schemas.inputSchema },
  },
  definitions: {
    step: {
      type: 'object',
      properties: { type: { enum: registry.names(), description: 'Step type.' } },
      allOf: [...typed, { if: { not: { required: ['type'] } }, then: { properties: withSteps, additionalProperties: false } }],
    },
  },
};
emit('schema/runbook.schema.json', `${JSON.stringify(document, null, 2)}\n`);
const { rehearsalSchema, labSchema, worldSchema, expectSchema } = rehearsal;
const rehearsalDocument = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'rehearsal/v1',
  title: 'Rehearsal of a runbook',
  ...rehearsalSchema,
  properties: {
    ...rehearsalSchema.properties,
    lab: labSchema,
    worlds: {
      ...rehearsalSchema.properties.worlds,
      additionalProperties: { ...worldSchema, properties: { ...worldSchema.properties, expect: expectSchema } },
    },
  },
};
emit('schema/rehearsal.schema.json', `${JSON.stringify(rehearsalDocument, null, 2)}\n`);
const { testSchema, caseSchema, effectSchema, caseExpectSchema } = await load(
  "export * from './src/interpreter/rehearsal/test-schema.ts'",
);
const withEffects = (schema) => ({
  ...schema.properties,
  effects: { ...schema.properties.effects, additionalProperties: effectSchema },
});
const testCase = { ...caseSchema, properties: { ...withEffects(caseSchema), expect: caseExpectSchema } };
const testDocument = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  $id: 'test/v1',
  title: 'Test of a runbook without a system',
  ...testSchema,
  properties: { ...withEffects(testSchema), cases: { ...testSchema.properties.cases, additionalProperties: testCase } },
};
emit('schema/test.schema.json', `${JSON.stringify(testDocument, null, 2)}\n`);
for (const { manifest } of types) emit(`schema/step-types/${manifest.type}.json`, `${JSON.stringify(manifest, null, 2)}\n`);

// -- snippets for editors
emit('editors/runbook.code-snippets', snippets(types.map(({ manifest }) => manifest)));

// -- pages of step types
const { stepTypePage } = await load("export * from './src/interpreter/port/page.ts'");
for (const { manifest } of types) {
  const readme = `src/steps/${manifest.type}/README.md`;
  const text = stepTypePage(manifest, existsSync(readme) ? readFileSync(readme, 'utf8') : undefined);
  emit(`docs/step-types/${manifest.type}.md`, text);
}

// -- lint codes: one page an area, from the catalogue beside the rules
const areas = readdirSync('src/interpreter/check/catalogue').filter((name) => !/^whole\.ts$|\.test\.ts$/.test(name));
const ruleFiles = [
  ...areas.map((name) => `./src/interpreter/check/catalogue/${name}`),
  ...readdirSync('src/steps').map((type) => `./src/steps/${type}/lint-rules.ts`),
].filter((path) => existsSync(path));
const catalogue = await load(
  `export { documentOf } from './src/interpreter/check/catalogue/whole.ts';\n` +
    `export { areaOf, docsOf } from './src/interpreter/document/diagnostic.ts';\n` +
    ruleFiles.map((path, n) => `export { rules as rules${n} } from '${path}';`).join('\n'),
);
const rules = ruleFiles.flatMap((_, n) => catalogue[`rules${n}`]).sort((a, b) => (a.code < b.code ? -1 : 1));
/** Long repetitions (a file of a megabyte as an example) are told, not shown. */
const example = (text) =>
  catalogue
    .documentOf(text)
    .split('\n')
    .map((line) => (line.length > 300 ? `${line.slice(0, 120)} …` : line))
    .join('\n')
    .trimEnd();
const block = (title, text) => (text === undefined ? [] : [title, '', '```yaml', text, '```', '']);
const side = (word, text, config) => [...block(word, example(text)), ...block('With this configuration:', config?.trimEnd())];
const sections = new Map();
for (const { code, summary, why, severity, beside, bad, good, config } of rules) {
  const words = [`## ${code}`, '', `${severity === 'warning' ? 'Warning' : 'Error'}. ${summary}`, '', why, ''];
  const examples = [
    ...(beside === undefined ? [] : [beside].flat()).flatMap((one) => block('Beside this runbook:', example(one))),
    ...side('Failing:', bad, config?.bad),
    ...side('Mended:', good, config?.good === config?.bad ? undefined : config?.good),
  ];
  const area = catalogue.areaOf(code);
  sections.set(area, [...(sections.get(area) ?? [`# Lint codes: ${area}`, '']), ...words, ...examples]);
}
for (const [area, lines] of sections) emit(`docs/lint/${area}.md`, lines.join('\n'));
const link = (code) => catalogue.docsOf(code).replace('docs/lint/', '');
const lines = rules.map((rule) => `| [${rule.code}](${link(rule.code)}) | ${rule.severity ?? 'error'} | ${rule.summary} |`);
emit(
  'docs/lint/README.md',
  [
    '# Lint codes',
    '',
    '`runbook explain CODE` prints what these pages tell about a code.',
    '',
    '`runbook lint --fix` mends what has one right answer and leaves every other byte alone; `--fix --dry-run` prints the difference instead.',
    '',
    'An error is never suppressed: a run would be refused. A warning is, by a comment above its line that says why:',
    '',
    '```yaml',
    '# runbook-lint-disable-next-line redis/unknown-command: a command of our own module',
    '- { id: look, type: redis, command: [BOX.LOOK, a] }',
    '```',
    '',
    'A team that merges no warning of some kind says so in CI: `runbook lint --strict undo/missing,validation/none`, or `--strict all`. An error is',
    'never made a warning.',
    '',
    '| Code | Severity | Meaning |',
    '|---|---|---|',
    ...lines,
    '',
  ].join('\n'),
);
for (const name of existsSync('docs/lint') ? readdirSync('docs/lint') : [])
  if (name !== 'README.md' && !sections.has(name.replace('.md', ''))) {
    if (check) outdated.push(`docs/lint/${name}`);
    else rmSync(`docs/lint/${name}`);
  }

// Screens of the README: the frames that the program draws from a recorded run (npm run frames).
const readme = readFileSync('README.md', 'utf8');
const screen = (name) => readFileSync(`test/golden/frames/${name}.txt`, 'utf8').trimEnd();
emit(
  'README.md',
  readme.replaceAll(
    /(<!-- screen: (\S+) -->\n)[\s\S]*?(<!-- \/screen -->)/g,
    (_, begin, name, end) => `${begin}\n\`\`\`text\n${screen(name)}\n\`\`\`\n\n${end}`,
  ),
);

if (outdated.length > 0) {
  console.error(`out of date: ${outdated.join(', ')}; run npm run generate`);
  process.exit(1);
}
