// Editor snippets (VS Code's format, which other editors read as well): a whole runbook, and one step of each type, cut out of its example.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument, visit } from 'yaml';

/** The text of the first step of a type, lines without the indentation that it had. */
function stepText(text, type) {
  let found;
  visit(parseDocument(text), {
    Map: (key, item) => {
      if (typeof key !== 'number' || item.get('type') !== type || typeof item.get('id') !== 'string') return undefined;
      const [start, end] = item.range;
      const column = start - text.lastIndexOf('\n', start - 1) - 1;
      const lines = text.slice(start, end).trimEnd().split('\n');
      found = lines.map((line, index) => (index === 0 ? line : line.slice(Math.min(column, /^ */.exec(line)[0].length))));
      return visit.BREAK;
    },
  });
  return found;
}

const escaped = (line) => line.replaceAll(/[\\$}]/g, '\\$&');

/** The id is the first stop of the cursor; the end of the step the last. */
function body(lines) {
  const marked = escaped(lines.join('\n')).replace(/(^|[{\s])id: ([A-Za-z][\w-]*)/, '$1id: ${1:$2}');
  return `- ${marked.replaceAll('\n', '\n  ')}\n$0`.split('\n');
}

const whole = `apiVersion: runbook/v1
id: \${1:cache-cold}
title: \${2:What is wrong, in a few words}
severity: \${3|SEV1,SEV2,SEV3,SEV4|}
owners: [\${4:team}]
preconditions:
  - { id: hostAnswers, type: shell, argv: [uname, -n], reads: true, expect: value.trim() != "" }
steps:
  - id: change
    title: \${5:What repairs it}
    type: shell
    argv: ["true"]
    undo: none
validations:
  - { id: repaired, type: shell, argv: ["true"], reads: true, expect: result.exitCode == 0 }
$0`;

export function snippets(manifests) {
  const found = {
    runbook: { scope: 'yaml', prefix: 'runbook', description: 'A runbook to start from.', body: whole.split('\n') },
  };
  for (const { type, summary } of manifests) {
    const folder = join('src/steps', type, 'examples');
    const examples = existsSync(folder)
      ? readdirSync(folder)
          .filter((name) => name.endsWith('.yaml'))
          .sort()
      : [];
    const lines = examples
      .map((name) => stepText(readFileSync(join(folder, name), 'utf8'), type))
      .find((one) => one !== undefined);
    if (lines !== undefined)
      found[`step: ${type}`] = { scope: 'yaml', prefix: `step-${type}`, description: summary, body: body(lines) };
  }
  return `${JSON.stringify(found, null, 2)}\n`;
}
