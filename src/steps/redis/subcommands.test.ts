/** What a command does may depend on its second word. */
import { describe, expect, it } from 'vitest';
import { commandEffect, whyForbidden } from './commands.ts';

const words = (line: string): readonly string[] => line.split(' ');

describe('families of Redis commands', () => {
  it.each([
    ...[
      'SLOWLOG GET 10',
      'slowlog len',
      'CLIENT LIST',
      'CLIENT INFO',
      'CONFIG GET maxmemory',
      'CLUSTER INFO',
      'CLUSTER NODES',
      'CLUSTER SHARDS',
    ],
    ...[
      'LATENCY LATEST',
      'LATENCY HISTORY command',
      'PUBSUB CHANNELS',
      'ACL WHOAMI',
      'ACL LIST',
      'SCRIPT EXISTS abc',
      'FUNCTION LIST',
    ],
    ...['MEMORY USAGE k', 'MEMORY STATS', 'OBJECT ENCODING k', 'MODULE LIST', 'XINFO STREAM s', 'COMMAND', 'COMMAND COUNT'],
    ...[
      'XREAD COUNT 1 STREAMS s 0',
      'ZUNION 2 a b',
      'ZDIFF 2 a b',
      'RANDOMKEY',
      'SORT_RO k',
      'BITFIELD_RO k GET u8 0',
      'EVAL_RO x 0',
    ],
  ])('%s reads', (line) => {
    expect(commandEffect(words(line))).toBe('read');
  });

  it.each([
    ...[
      'SLOWLOG RESET',
      'CLIENT KILL ID 1',
      'CLIENT PAUSE 100',
      'CLIENT NO-EVICT on',
      'LATENCY RESET',
      'MEMORY PURGE',
      'MEMORY',
      'CLIENT',
    ],
    ...[
      'CONFIG SET a b',
      'CONFIG RESETSTAT',
      'CONFIG REWRITE',
      'CLUSTER FAILOVER',
      'CLUSTER RESET',
      'ACL SETUSER x',
      'ACL LOG RESET',
      'ACL SAVE',
    ],
    ...[
      'SCRIPT FLUSH',
      'SCRIPT KILL',
      'FUNCTION DELETE x',
      'FUNCTION FLUSH',
      'MODULE LOAD x',
      'DEBUG OBJECT k',
      'OBJECT MADE-UP k',
      'XREADGROUP GROUP g c',
    ],
    ...['CONFIG {{inputs.verb}}', 'MEMORY made-up'],
  ])('%s does not', (line) => {
    expect(['write', 'destructive']).toContain(commandEffect(words(line)));
  });

  it('refuses to block the connection, and takes no name of a stream for that word', () => {
    expect(whyForbidden(words('XREAD BLOCK 0 STREAMS s $'))).toContain('leave BLOCK out');
    expect(whyForbidden(words('XREAD COUNT 1 BLOCK 5 STREAMS s $'))).toContain('leave BLOCK out');
    expect(whyForbidden(words('XREAD STREAMS block 0'))).toBeUndefined();
  });
});
