/** A file of another kind among the runbooks: one finding tells what it is, instead of one for each key that a runbook would have. */
import type { Mapping } from '../document/steps.ts';
import { sectionsOfWork, topSchema } from './document-schema.ts';
import type { Checked } from './finding.ts';

/** A key that only this other kind has -> what to do with such a file. */
const others: Readonly<Record<string, (file: string) => string>> = {
  environments: (file) => `this is a configuration: \`runbook lint --config ${file}\` checks it`,
  rehearses: () => 'this is a rehearsal file: name it after its runbook, `NAME.rehearsal.yaml`',
  tests: () => 'this is a test file: name it after its runbook, `NAME.test.yaml`',
};
const usual = 'a runbook begins with `apiVersion: runbook/v1`; `runbook new NAME` writes one';

/** True: the finding is made, and nothing else can be said about the file. */
export function checkKind(checked: Checked): boolean {
  const { data, file } = checked.runbook;
  const other = Object.keys(others).find((key) => Object.hasOwn(data, key) && !hasWork(data));
  if (other === undefined && !isForeign(data)) return false;
  const hint = other === undefined ? usual : (others[other]?.(file) ?? usual);
  checked.add('document/other', checked.runbook.at('', 'key'), 'this is not a runbook', hint);
  checked.broken.add('');
  return true;
}

const hasWork = (data: Mapping): boolean => sectionsOfWork.some((key) => data[key] !== undefined);

/** A draft of a runbook has one of its keys already, or says by `apiVersion` that it wants to be one. */
function isForeign({ apiVersion, ...rest }: Mapping): boolean {
  if (typeof apiVersion === 'string' && apiVersion.startsWith('runbook')) return false;
  const keys = Object.keys(rest);
  return keys.length > 0 && keys.every((key) => !Object.hasOwn(topSchema.properties, key));
}
