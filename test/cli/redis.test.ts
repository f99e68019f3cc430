/** The built program against a real Redis: what was deleted comes back, also when its old state is too large for a line of the journal. */
import { Redis } from 'ioredis';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startRedis } from '../../lab/servers/test-servers.ts';
import { place, runbook } from '../rig/cli.ts';

it('undoes the deletion of large keys, and refuses to delete what could not be put back', async () => {
  const server = await startRedis();
  const other = new Redis(server.url);
  const here = place();
  try {
    const [file, config] = [join(here.folder, 'small.yaml'), join(here.folder, 'config.yaml')];
    const forget = (key: string): string =>
      `apiVersion: runbook/v1\nid: small\ntitle: Small\nowners: [tests]\ntargets: { cache: redis }\nsteps:\n` +
      `  - { id: forget, type: redis, command: [DEL, ${key}], undo: restore }\n  - { id: back, type: undo, of: [forget] }\n`;
    writeFileSync(config, JSON.stringify({ environments: { test: { targets: { cache: { type: 'redis', url: server.url } } } } }));
    const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7) % 256));
    await other.set('large', bytes);
    writeFileSync(file, forget('large'));
    const run = ['run', file, '--config', config, '--env', 'test', '--yes'];
    const done = await runbook(run, { env: here.env });
    expect(done, done.stdout + done.stderr).toMatchObject({ code: 0 });
    expect((await other.getBuffer('large'))?.equals(bytes)).toBe(true);

    await other.set('huge', 'x'.repeat(1024 * 1024 + 1));
    writeFileSync(file, forget('huge'));
    const refused = await runbook(run, { env: here.env });
    expect(refused.code).not.toBe(0);
    expect(refused.stdout + refused.stderr).toContain('at most 1048576 bytes of a step can be put back');
    expect(await other.exists('huge')).toBe(1);
  } finally {
    other.disconnect();
    here.remove();
    await server.stop();
  }
});
