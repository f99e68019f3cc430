/** Commands that are families: what they do depends on their second word. */
import type { Effect } from '../../interpreter/core/model/value.ts';

interface Container {
  /** Subcommands that read; HELP always does. */
  readonly reads: string;
  /** What the others do. */
  readonly others: Effect;
  /** Without a second word it reads. */
  readonly bare?: true;
}

const families: Readonly<Record<string, Container>> = {
  SLOWLOG: { reads: 'GET LEN', others: 'write' },
  CLIENT: { reads: 'LIST INFO ID GETNAME GETREDIR TRACKINGINFO', others: 'write' },
  LATENCY: { reads: 'LATEST HISTORY DOCTOR GRAPH HISTOGRAM', others: 'write' },
  PUBSUB: { reads: 'CHANNELS NUMSUB NUMPAT SHARDCHANNELS SHARDNUMSUB', others: 'write' },
  MEMORY: { reads: 'USAGE STATS DOCTOR MALLOC-STATS', others: 'write' },
  OBJECT: { reads: 'ENCODING FREQ IDLETIME REFCOUNT', others: 'write' },
  XINFO: { reads: 'STREAM GROUPS CONSUMERS', others: 'write' },
  COMMAND: { reads: 'COUNT DOCS INFO LIST GETKEYS GETKEYSANDFLAGS', others: 'write', bare: true },
  CONFIG: { reads: 'GET', others: 'destructive' },
  CLUSTER: {
    reads:
      'INFO NODES SHARDS SLOTS KEYSLOT COUNTKEYSINSLOT GETKEYSINSLOT MYID MYSHARDID LINKS REPLICAS SLAVES COUNT-FAILURE-REPORTS',
    others: 'destructive',
  },
  ACL: { reads: 'WHOAMI LIST USERS GETUSER CAT DRYRUN', others: 'destructive' },
  SCRIPT: { reads: 'EXISTS', others: 'destructive' },
  FUNCTION: { reads: 'LIST STATS DUMP', others: 'destructive' },
  MODULE: { reads: 'LIST', others: 'destructive' },
};

export const containerCommands: readonly string[] = Object.keys(families);

/** Undefined: this is not a family of commands. */
export function effectOfSubcommand(name: string, [word]: readonly string[]): Effect | undefined {
  if (!Object.hasOwn(families, name)) return undefined;
  const family = families[name];
  if (family === undefined) return undefined;
  if (word === undefined) return family.bare === true ? 'read' : family.others;
  const reads = [...family.reads.split(' '), 'HELP'];
  return reads.includes(word.toUpperCase()) ? 'read' : family.others;
}

/** How the server names a command of a family, and any other command. */
export function serverName([word = '', second]: readonly string[]): string {
  const name = word.toUpperCase();
  return containerCommands.includes(name) && second !== undefined ? `${name}|${second.toUpperCase()}` : name;
}

/**
 * Reads that the server calls administrative or dangerous: because of what they tell of other users and of itself, or of keys that they do not name
 * (SORT_RO), not of what they do.
 */
export const telling: ReadonlySet<string> = new Set([
  ...['INFO', 'ROLE', 'LASTSAVE', 'SORT_RO', 'CONFIG|GET', 'CLIENT|LIST', 'SLOWLOG|GET', 'SLOWLOG|LEN', 'MODULE|LIST'],
  ...['LATENCY|LATEST', 'LATENCY|HISTORY', 'LATENCY|DOCTOR', 'LATENCY|GRAPH', 'LATENCY|HISTOGRAM'],
  ...[
    'ACL|LIST',
    'ACL|USERS',
    'ACL|GETUSER',
    'ACL|DRYRUN',
    'CLUSTER|COUNT-FAILURE-REPORTS',
    'CLUSTER|REPLICAS',
    'CLUSTER|SLAVES',
  ],
]);
