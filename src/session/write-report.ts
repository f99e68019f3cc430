/** The report of a run in each of its forms, from its journal and the files beside it. */
import { closeSync, fchmodSync, fstatSync, openSync, writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { usage } from '../console/exit-codes.ts';
import type { Attachment } from '../interpreter/port/step-type.ts';
import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import { headText } from '../ui/format.ts';
import { readStored } from './load-run.ts';

/** Lines of a step's output on the page; the whole is in the run directory. */
const outputLines = 40;

export async function writeReport(directory: RunDirectory, form: string): Promise<string> {
  const { plan, records, state, head } = readStored(directory);
  const made = await import('../ui/report/forms.ts');
  switch (form) {
    case 'markdown':
      return made.reportMarkdown(made.recordOf(plan, records, state, head));
    case 'html':
      return made.reportHtml({
        record: made.recordOf(plan, records, state, head),
        summary: made.summaryLines(plan, state),
        samples: (key) => made.samplesOf(directory.path, key),
        output: (key, attempt) => made.outputTail(directory.path, key, attempt).lines.slice(-outputLines),
      });
    case 'summary':
      return [...made.summaryLines(plan, state), `head: ${headText(head)}`].join('\n');
    case 'json':
      return made.reportJson(plan, records, state, head);
    case 'junit':
      return made.reportJunit(plan, state, head);
    default:
      throw usage(`--output ${form} is not a form of report`, 'one of markdown, html, summary, json, junit');
  }
}

/** Like everything of a run, for its user only: also where a file of that name was there and others could read it. */
export async function writeReportFile(directory: RunDirectory, path: string): Promise<void> {
  const text = await writeReport(directory, formOfFile(path));
  const file = openSync(path, 'w', 0o600);
  try {
    if (fstatSync(file).isFile()) fchmodSync(file, 0o600);
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
}

/** `--report run.html` is a page, `.json` and `.xml` are for machines; everything else is Markdown. */
const formOfFile = (path: string): string => forms[extname(path).toLowerCase()] ?? 'markdown';

const forms: Readonly<Record<string, string>> = { '.html': 'html', '.json': 'json', '.xml': 'junit' };

/** What messages carry: the report so far, the evidence before and after, and which record it is. */
export async function attachmentsOf(directory: RunDirectory, kinds: readonly string[]): Promise<readonly Attachment[]> {
  const { plan, records, state, head } = readStored(directory);
  const { evidenceJson, recordOf, reportMarkdown } = await import('../ui/report/forms.ts');
  return kinds.map((kind) => {
    switch (kind) {
      case 'evidence':
        return { name: `${state.run}-evidence.json`, media: 'application/json', content: evidenceJson(plan, state) };
      case 'head':
        return { name: 'head', media: 'text/plain', content: `Record of run ${state.run}: head ${headText(head)}` };
      default:
        return {
          name: `${state.run}-report.md`,
          media: 'text/markdown',
          content: reportMarkdown(recordOf(plan, records, state, head)),
        };
    }
  });
}
