/**
 * The anchor of a configuration: commands that keep the heads of records where the folder of runs is not. Whoever rewrites a record from its beginning,
 * or cuts its end off, leaves a chain that is whole by itself; only a head that was kept elsewhere tells.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Anchor } from '../interpreter/config/config.ts';
import type { JournalRead } from '../interpreter/store/journal-read.ts';
import type { Discrepancy } from '../interpreter/store/pins.ts';
import { anchorNote } from '../interpreter/store/run-directory.ts';
import type { RunDirectory } from '../interpreter/store/run-directory.ts';
import type { Head } from '../ui/format.ts';

/** How long either command may take, ms. */
const limitMs = 10_000;
/** Most that `get` may print, bytes. */
const largest = 16 * 1024 * 1024;

/** Undefined: kept; else why not. */
export async function keepHead(anchor: Anchor, run: string, { seq, hash }: Head): Promise<string | undefined> {
  const end = await call(anchor.put, run, `${run} ${String(seq)} ${hash}\n`);
  return end.ok ? undefined : end.why;
}

export type AnchoredHeads = { readonly ok: true; readonly heads: readonly Head[] } | { readonly ok: false; readonly why: string };

/** All heads of a run that the anchor has. Asked before the record is read: a run that continues would otherwise look cut. */
export async function keptHeads(anchor: Anchor, run: string): Promise<AnchoredHeads> {
  if (anchor.get === undefined) return { ok: true, heads: [] };
  const end = await call(anchor.get, run, '');
  if (!end.ok) return end;
  const form = new RegExp(`(?:^|\\s)${run} (\\d+) ([0-9a-f]{64})(?:\\s|$)`, 'gm');
  return { ok: true, heads: [...end.text.matchAll(form)].map(([, seq, hash]) => ({ seq: Number(seq), hash: hash ?? '' })) };
}

/** What the anchor has and the record lacks. Damage in the record has its own finding; what lies behind it is not compared. */
export function anchorDiscrepancies({ records, problems, head }: JournalRead, kept: readonly Head[]): readonly Discrepancy[] {
  const hashes = [...records.slice(1).map((record) => record.prev), head];
  const other = kept.find(({ seq, hash }) => seq <= records.length && hashes[seq - 1] !== hash);
  const newest = Math.max(0, ...kept.map(({ seq }) => seq));
  return [
    ...(other === undefined ? [] : [`record ${String(other.seq)} is not the one that the anchor has: the record was rewritten`]),
    ...(newest > records.length && problems.length === 0
      ? [`the end was cut off: it has ${String(records.length)} records, and the anchor has seen record ${String(newest)}`]
      : []),
  ].map((message) => ({ file: 'journal.jsonl', message }));
}

type Called = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly why: string };

/** The run is in the environment as well, for commands that look for its lines only. */
async function call(argv: readonly string[], run: string, input: string): Promise<Called> {
  const [command = '', ...args] = argv;
  const { execa } = await import('execa');
  const end = await execa(command, args, {
    input,
    env: { RUNBOOK_RUN: run },
    maxBuffer: largest,
    timeout: limitMs,
    forceKillAfterDelay: 1000,
    reject: false,
  });
  if (!end.failed) return { ok: true, text: end.stdout };
  const failed = (why: string): Called => ({ ok: false, why: `the command ${command} of the anchor ${why}` });
  if (end.isMaxBuffer) return failed('printed more than 16 MiB; let it print the lines of $RUNBOOK_RUN only');
  if (end.timedOut) return failed(`did not end within ${String(limitMs / 1000)} s`);
  if (end.exitCode === undefined && end.signal === undefined) return failed('could not be run');
  return failed(`failed (exit ${String(end.exitCode ?? end.signal)}): ${end.stderr.trim().slice(0, 200)}`);
}

const noteOf = (directory: RunDirectory): string => join(directory.path, anchorNote);

/** What became of the last head that was handed over, for whoever tells the end of the run. */
export function noteAnchor(directory: RunDirectory, head: Head, why: string | undefined): void {
  writeFileSync(noteOf(directory), JSON.stringify({ ...head, ...(why === undefined ? {} : { why }) }), { mode: 0o600 });
}

/** Some head of this run was handed to an anchor. */
export const wasAnchored = (directory: RunDirectory): boolean => existsSync(noteOf(directory));

/** Why the last head is not in the anchor; undefined: it is, or there is no anchor. */
export function whyNotAnchored(directory: RunDirectory): string | undefined {
  try {
    return (JSON.parse(readFileSync(noteOf(directory), 'utf8')) as { readonly why?: string }).why;
  } catch {
    return undefined;
  }
}
