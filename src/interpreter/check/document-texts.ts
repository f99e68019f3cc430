/** Templates and conditions of the document itself: the lock, links and severity, what an alert fills in, the outputs; and texts that are none. */
import type { Json } from '../core/model/value.ts';
import { escapePointer } from '../document/nodes.ts';
import { isList, isMapping } from '../document/steps.ts';
import type { JsonSchema } from '../language/cel/condition.ts';
import { parseMessage, parseTemplate } from '../language/template/template.ts';
import { suggestion } from '../language/suggest.ts';
import type { Checked } from './finding.ts';
import { isBroken, isMeant } from './finding.ts';
import { checkCondition } from './one-condition.ts';
import { checkPath } from './one-path.ts';
import type { Roots } from './types.ts';
import { anything } from './types.ts';

/** Shown before there are inputs: in lists, in the picker, in the name of the record. */
const plain = ['title', 'summary', 'impact'];

/** `roots`: those of the document; `steps` as read after the last one. Neither is asked for where nothing reads. */
export function checkDocumentTexts(checked: Checked, roots: () => Roots, steps: () => JsonSchema): void {
  const { data } = checked.runbook;
  const early = (): Roots => {
    const { inputs = anything, targets = anything, env = anything } = roots();
    return { inputs, targets, env };
  };
  for (const key of plain) noTemplate(checked, data[key], `/${key}`);
  if (isList(data['lock'])) data['lock'].forEach((one, index) => template(checked, one, `/lock/${String(index)}`, early));
  else template(checked, data['lock'], '/lock', early);
  template(checked, data['severity'], '/severity', early, parseMessage);
  if (isMapping(data['links']))
    for (const [name, link] of Object.entries(data['links'])) template(checked, link, `/links/${escapePointer(name)}`, early);
  if (isList(data['triggers']))
    data['triggers'].forEach((one, index) => {
      if (isMapping(one)) filledIn(checked, one['inputs'], `/triggers/${String(index)}/inputs`);
    });
  if (data['outputs'] !== undefined) outputs(checked, data['outputs'], { ...roots(), steps: steps() });
}

function template(
  checked: Checked,
  source: Json | undefined,
  pointer: string,
  roots: () => Roots,
  parse: typeof parseTemplate = parseTemplate,
): void {
  if (typeof source !== 'string' || !source.includes('{{') || isBroken(checked, pointer)) return;
  const place = (offset: number, length: number): ReturnType<Checked['runbook']['at']> =>
    checked.runbook.atText(pointer, offset, length);
  const parsed = parse(source);
  if (!parsed.ok) checked.add('template/syntax', place(parsed.offset, 2), parsed.message, parsed.hint);
  else for (const { path, offset, length } of parsed.paths) checkPath(checked, path, place(offset, length), roots(), pointer, []);
}

function noTemplate(checked: Checked, source: Json | undefined, pointer: string): void {
  if (typeof source !== 'string' || !/\{\{\s*[a-z]/.test(source) || isBroken(checked, pointer)) return;
  checked.add(
    'template/forbidden',
    checked.runbook.atText(pointer, source.indexOf('{{'), 2),
    `no template is possible in the ${pointer.slice(1)}: it is shown before there are inputs`,
    'say it without the value; titles of steps may have templates',
  );
}

const texts: JsonSchema = { type: 'object', additionalProperties: { type: 'string' } };
/** What Alertmanager says of an alert. */
const alertSchema: JsonSchema = {
  type: 'object',
  properties: {
    labels: texts,
    annotations: texts,
    ...Object.fromEntries(
      ['status', 'startsAt', 'endsAt', 'generatorURL', 'fingerprint'].map((name) => [name, { type: 'string' }]),
    ),
  },
  additionalProperties: false,
};

/** What an alert knows goes to inputs that exist. */
function filledIn(checked: Checked, filled: Json | undefined, pointer: string): void {
  if (!isMapping(filled) || isMeant(checked, '', 'inputs')) return;
  const declared = isMapping(checked.runbook.data['inputs']) ? Object.keys(checked.runbook.data['inputs']) : [];
  for (const [name, source] of Object.entries(filled)) {
    const at = `${pointer}/${escapePointer(name)}`;
    if (!declared.includes(name))
      checked.add('name/unknown-input', checked.runbook.at(at, 'key'), `there is no input "${name}"`, suggestion(name, declared));
    else template(checked, source, at, () => ({ alert: alertSchema }));
  }
}

function outputs(checked: Checked, declared: Json | undefined, roots: Roots): void {
  if (!isMapping(declared)) return;
  for (const [name, source] of Object.entries(declared)) {
    const pointer = `/outputs/${escapePointer(name)}`;
    if (!isBroken(checked, pointer)) checkCondition(checked, source, pointer, roots, 'any');
  }
}
