/** `pgbackrest`: info, check, backup, verify and restore of the ledger, in the words of the real one. What it does, it does to real clusters. */
import { execFile } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findPostgres } from '../../../servers/find.ts';
import type { Words } from '../../../tools/arguments.ts';
import { last, parseWords } from '../../../tools/arguments.ts';
import type { Tool, ToolResult } from '../../../tools/tool.ts';
import { printed, refused } from '../../../tools/tool.ts';
import type { Backup } from '../database/catalogue.ts';
import { readCatalogue } from '../database/catalogue.ts';
import type { LedgerServers, Until } from '../database/ledger-servers.ts';
import { archived } from '../database/ledger-servers.ts';
import type { Layout } from '../layout.ts';
import type { DatabaseServer } from '../names.ts';
import { databaseServers } from '../names.ts';

const run = promisify(execFile);
const shape = {
  valued: ['stanza', 'set', 'type', 'target', 'target-action', 'pg1-path', 'output', 'log-level-console'],
  flags: ['delta'],
} as const;

interface Call {
  readonly servers: LedgerServers;
  readonly layout: Layout;
  readonly given: Words;
}

export const createPgbackrest =
  (servers: LedgerServers, layout: Layout): Tool =>
  async ({ argv }) => {
    const parsed = parseWords(argv, shape);
    if (parsed.is === 'wrong') return refused(`ERROR: [031]: invalid option '${parsed.option}'`, 31);
    const [verb = ''] = parsed.given.words;
    const act = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
    if (act === undefined) return refused(`ERROR: [030]: invalid command '${verb}'`, 30);
    const stanza = last(parsed.given, 'stanza');
    if (stanza === undefined && verb !== 'info') return refused(`ERROR: [037]: ${verb} command requires option: stanza`, 37);
    if (stanza !== undefined && stanza !== 'exchange') return refused(`ERROR: [055]: stanza '${stanza}' does not exist`, 55);
    try {
      return await act({ servers, layout, given: parsed.given });
    } catch (problem) {
      return refused(`ERROR: [082]: ${problem instanceof Error ? problem.message : String(problem)}`, 82);
    }
  };

const verbs: Readonly<Record<string, (call: Call) => Promise<ToolResult> | ToolResult>> = {
  info: ({ layout, given }) => {
    const backups = readCatalogue(layout.backups);
    if (last(given, 'output') === 'json') return printed(JSON.stringify([described(backups, archived(layout))]));
    return printed(
      ['stanza: exchange', ...backups.map(({ label, finishedAt }) => `    full backup: ${label}, stop ${finishedAt}`)].join('\n'),
    );
  },
  check: ({ servers, layout }) =>
    servers.isRunning('postgres') && archived(layout).length > 0
      ? printed('')
      : refused('ERROR: [056]: unable to find primary cluster - cannot proceed', 56),
  backup: async ({ servers }) => printed(`new backup label = ${(await servers.backUp()).label}`),
  verify: async (call) => verify(call, chosen(call)),
  restore: async (call) => {
    const server = serverOf(call);
    if (server === undefined) return refused('ERROR: [055]: pg1-path is not the data directory of a server of this stanza', 55);
    if (call.servers.isRunning(server))
      return refused(
        'ERROR: [038]: unable to restore while PostgreSQL is running\n       HINT: presence of postmaster.pid indicates PostgreSQL is running.',
        38,
      );
    if (last(call.given, 'type') === 'standby') await call.servers.follow(server);
    else await restore(call, server);
    return printed(`restore command end: completed successfully`);
  },
};

async function restore(call: Call, server: DatabaseServer): Promise<void> {
  const backup = chosen(call);
  if ((await verify(call, backup)).code !== 0) throw new Error(`backup set ${backup.label} is damaged`);
  await call.servers.restore(server, backup.label, untilOf(call.given, backup));
}

/** The manifest of the backup against its files, and whether the log that it needs is in the archive. */
async function verify({ servers, layout }: Call, backup: Backup): Promise<ToolResult> {
  const program = join(dirname(findPostgres()?.postgres ?? ''), 'pg_verifybackup');
  const segments = archived(layout);
  if (!segments.includes(backup.walStop)) return refused(`ERROR: [082]: WAL segment ${backup.walStop} is not in the archive`, 82);
  try {
    const { stdout } = await run(program, ['--no-parse-wal', servers.backupFolder(backup.label)]);
    return printed(`${backup.label}: ${stdout}`);
  } catch (problem) {
    return refused(
      `ERROR: [082]: backup set ${backup.label}: ${(problem as { readonly stderr?: string }).stderr ?? String(problem)}`,
      82,
    );
  }
}

/** The set that was named, or the newest. */
function chosen({ layout, given }: Call): Backup {
  const label = last(given, 'set');
  const found = readCatalogue(layout.backups)
    .filter((one) => label === undefined || one.label === label)
    .at(-1);
  if (found === undefined)
    throw new Error(label === undefined ? 'no backup sets to restore' : `backup set ${label} is not valid`);
  return found;
}

function untilOf(given: Words, { finishedAt }: Backup): Until {
  const type = last(given, 'type') ?? 'default';
  if (type === 'default') return 'latest';
  if (type === 'immediate') return 'immediate';
  const target = last(given, 'target');
  if (type !== 'time' || target === undefined)
    throw new Error(`type ${type} needs a target, and only default, immediate, time and standby are known`);
  const at = new Date(target);
  if (!(at.getTime() >= Date.parse(finishedAt)))
    throw new Error(`unable to find backup set with stop time less than '${target}'`);
  return at;
}

/** By the last part of the path of its data: `.../postgres-staging`. */
const serverOf = ({ given }: Call): DatabaseServer | undefined =>
  databaseServers.find((server) => server === basename(last(given, 'pg1-path') ?? 'postgres'));

const seconds = (at: string): number => Math.floor(Date.parse(at) / 1000);

const described = (backups: readonly Backup[], segments: readonly string[]): unknown => ({
  name: 'exchange',
  status: backups.length === 0 ? { code: 2, message: 'no valid backups' } : { code: 0, message: 'ok' },
  archive: [{ id: '15-1', min: segments[0] ?? null, max: segments.at(-1) ?? null }],
  backup: backups.map(({ label, startedAt, finishedAt, walStart, walStop }) => ({
    label,
    type: 'full',
    error: false,
    timestamp: { start: seconds(startedAt), stop: seconds(finishedAt) },
    archive: { start: walStart, stop: walStop },
  })),
});
