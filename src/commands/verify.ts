/** `runbook verify RUN [--head H]`: is the record whole, and is everything in the run's folder what the record says? */
import { existsSync } from 'node:fs';
import type { Anchor } from '../interpreter/config/config.ts';
import { loadConfig } from '../interpreter/config/config.ts';
import type { Stamped } from '../interpreter/core/model/event.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import type { JournalRead } from '../interpreter/store/journal-read.ts';
import { readJournal } from '../interpreter/store/journal-read.ts';
import { outputDiscrepancies } from '../interpreter/store/outputs-proof.ts';
import type { Discrepancy } from '../interpreter/store/pins.ts';
import { discrepancies, pinnedConfig } from '../interpreter/store/pins.ts';
import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import { wasEmptied } from '../interpreter/store/run-directory.ts';
import { exitCodes, usage } from '../console/exit-codes.ts';
import type { OutputOption } from '../console/options.ts';
import { print, printJson } from '../console/terminal.ts';
import type { AnchoredHeads } from '../session/anchor.ts';
import { anchorDiscrepancies, keptHeads, wasAnchored } from '../session/anchor.ts';
import type { TrustOptions } from '../session/trust.ts';
import { anchorPrograms, refuseUntrusted } from '../session/trust.ts';
import { openNamedRun } from '../session/open-run.ts';
import { pinText } from '../ui/format.ts';

export async function verify(
  name: string,
  options: OutputOption & { readonly head?: string; readonly config?: string } & TrustOptions,
): Promise<number> {
  const directory = await openNamedRun(name);
  const anchor = await anchorOf(directory, options);
  const kept = anchor === undefined ? undefined : await keptHeads(anchor, directory.id);
  const read = readJournal(directory.journalPath);
  const wrong = [
    ...journalFindings(read),
    ...headFindings(read, options.head),
    ...(wasEmptied(directory) ? [{ file: journal, message: 'all records are gone' }] : []),
    ...anchorFindings(directory, read, anchor, kept),
    ...folderFindings(directory, read.records),
  ];
  const head = { seq: read.records.length, hash: read.head };
  const notes = [...notesOf(read), ...anchorNotes(read, anchor, kept)];
  const good = wrong.length === 0;
  if (options.output === 'json') await printJson({ run: directory.id, ok: good, head, findings: wrong, notes });
  else {
    for (const { file, message } of wrong) await print(`WRONG  ${file}: ${message}`);
    for (const note of notes) await print(`note   ${note}`);
    await print(
      good
        ? `OK     run ${directory.id}: record ${String(head.seq)}, head ${head.hash}`
        : `run ${directory.id} is not what it was`,
    );
  }
  return good ? exitCodes.succeeded : exitCodes.journal;
}

const journal = 'journal.jsonl';
const journalFindings = ({ problems }: JournalRead): readonly Discrepancy[] =>
  problems.map(({ message }) => ({ file: journal, message }));

/** A head that was kept elsewhere is the hash of some record, as long as nothing before it was rewritten or cut off. */
function headFindings({ records, head }: JournalRead, given: string | undefined): readonly Discrepancy[] {
  if (given === undefined) return [];
  if (!/^[0-9a-f]{16,64}$/.test(given))
    throw usage(`--head ${given} is not a hash`, 'a hash of 64 hexadecimal digits, or at least its first 16');
  const known = [...records.slice(1).map((record) => record.prev), head].some((hash) => hash.startsWith(given));
  if (known) return [];
  return [{ file: journal, message: `no record has the head ${given}: the record was rewritten, or cut off before it` }];
}

/** Of the configuration that is named, else of the one that the run used, else of the one that is found here. */
async function anchorOf(
  directory: RunDirectory,
  { config: named, ...options }: TrustOptions & { readonly config?: string },
): Promise<Anchor | undefined> {
  const path = named ?? usedConfig(directory);
  const { config, diagnostics } = await loadConfig({ directory: process.cwd(), ...(path === undefined ? {} : { path }) });
  const wrong = diagnostics.find((one) => one.severity === 'error');
  if (wrong !== undefined && named !== undefined)
    throw usage(
      `${wrong.file}:${String(wrong.line)}: ${wrong.message}`,
      wrong.hint ?? `\`runbook lint ${wrong.file}\` shows every finding`,
    );
  if (wrong !== undefined) return undefined;
  if (config.anchor?.get !== undefined) await refuseUntrusted(config.path, anchorPrograms(config.anchor), options);
  return config.anchor;
}

function usedConfig(directory: RunDirectory): string | undefined {
  try {
    const { config } = directory.origin();
    return typeof config === 'string' && existsSync(config) ? config : undefined;
  } catch {
    return undefined;
  }
}

/** What cannot be compared is not proven. */
function anchorFindings(
  directory: RunDirectory,
  read: JournalRead,
  anchor: Anchor | undefined,
  kept: AnchoredHeads | undefined,
): readonly Discrepancy[] {
  if (kept?.ok === false) return [{ file: 'anchor', message: `it cannot be asked: ${kept.why}` }];
  if (kept !== undefined) return anchorDiscrepancies(read, kept.heads);
  if (anchor !== undefined || !wasAnchored(directory)) return [];
  return [{ file: 'anchor', message: 'it has heads of this run, and no configuration names it now; --config FILE names it' }];
}

function anchorNotes(read: JournalRead, anchor: Anchor | undefined, kept: AnchoredHeads | undefined): readonly string[] {
  if (anchor === undefined) return ['no anchor: whether the end was cut off is known only from a head that was kept elsewhere'];
  if (anchor.get === undefined) return ['the anchor has no command to ask it (get)'];
  if (kept?.ok !== true) return [];
  const { records } = read;
  const newest = Math.max(0, ...kept.heads.map(({ seq }) => seq));
  if (newest === 0) return ['the anchor has no head of this run'];
  if (newest > records.length || anchorDiscrepancies(read, kept.heads).length > 0) return [];
  const all = newest === records.length;
  return [
    `the anchor confirms ${all ? `all ${String(newest)} records` : `the first ${String(newest)} of ${String(records.length)} records`}`,
  ];
}

function folderFindings(directory: RunDirectory, records: readonly Stamped[]): readonly Discrepancy[] {
  let plan: Plan;
  try {
    plan = directory.plan();
  } catch (problem) {
    return [{ file: 'plan.json', message: `the plan cannot be read: ${(problem as Error).message}` }];
  }
  try {
    return [...discrepancies(directory, plan, records), ...outputDiscrepancies(directory, records, plan.undoOf !== undefined)];
  } catch (problem) {
    return [{ file: directory.path, message: `a file cannot be read: ${(problem as Error).message}` }];
  }
}

function notesOf({ records, tornBytes }: JournalRead): readonly string[] {
  const config = pinnedConfig(records);
  return [
    ...(tornBytes > 0 ? [`the last ${String(tornBytes)} bytes are half a record, as a crash leaves them`] : []),
    ...(records.some((record) => record.type === 'run.finished') ? [] : ['the run has not finished']),
    config === undefined
      ? 'the record is of a version that did not pin folder and configuration'
      : `configuration: ${pinText(config)}`,
  ];
}
