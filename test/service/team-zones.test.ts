/** Zones of a team, on the real server: each step where its target is reached, and secrets nowhere else. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Stamped } from '../../src/interpreter/core/model/event.ts';
import type { Team } from '../../src/team/client/connect.ts';
import { connectTeam } from '../../src/team/client/connect.ts';
import { place } from '../rig/cli.ts';
import type { Server } from '../rig/team.ts';
import { startServer, whyNoTeam } from '../rig/team.ts';
import type { House } from '../rig/team-house.ts';
import { openHouse, outcomeOf } from '../rig/team-house.ts';

const missing = whyNoTeam();
const token = 'key-of-the-books-9f31';

/** Whoever opens the secret leaves the zone of its worker in the file. */
const config = (port: number): string => `environments:
  here:
    targets:
      books: { type: http, url: 'http://127.0.0.1:${String(port)}/books', token: 'secret:books', zone: frankfurt }
      trades: { type: http, url: 'http://127.0.0.1:${String(port)}/trades', zone: new-york }
    secrets:
      books: 'exec:["sh", "-c", "echo $WORKER_ZONE >> opened.log; echo $BOOKS_TOKEN"]'
`;

const runbookText = `apiVersion: runbook/v1
id: two-zones
title: Two zones
owners: [tests]
targets: { books: http, trades: http }
steps:
  - { id: bought, type: http, target: books, url: /today, effect: read }
  - { id: told, type: shell, argv: [sh, -c, "tr '\\\\0' '\\\\n' < /proc/$PPID/environ | grep ^WORKER_ZONE= >> told.log"], undo: none, repeatable: true }
  - { id: traded, type: http, target: trades, url: /today, effect: read }
`;

describe.skipIf(missing !== undefined)('zones of a team', { timeout: 120_000 }, () => {
  let server: Server;
  let team: Team;
  let house: House;
  const kept = place();
  const asked: { readonly url: string; readonly authorization: string | undefined }[] = [];
  const books = createServer((request, response) => {
    asked.push({ url: request.url ?? '', authorization: request.headers.authorization });
    response.setHeader('content-type', 'application/json').end('{"rows":1}');
  });
  beforeAll(async () => {
    server = await startServer();
    team = await connectTeam(server);
    await new Promise<void>((resolve) => books.listen(0, '127.0.0.1', resolve));
  }, 180_000);
  afterAll(async () => {
    await team.close();
    await server.stop();
    books.close();
    kept.remove();
  });
  afterEach(() => house.remove());
  const open = (untakenMs = 20_000): House =>
    openHouse({
      ...{ server, team, kept: kept.folder, limits: { untakenMs } },
      config: config((books.address() as AddressInfo).port),
    });
  const inZone = (zone: string, more: Readonly<Record<string, string>> = {}) =>
    house.worker({ more: ['--zone', zone], env: { WORKER_ZONE: zone, ...more } });
  const warnings = (records: readonly Stamped[]): readonly string[] =>
    records.flatMap((one) => (one.type === 'attempt.noted' && one.note === 'warning' ? [JSON.stringify(one.data)] : []));

  it('performs each step in the zone of its target, and opens a secret there alone', async () => {
    house = open();
    asked.length = 0;
    // Also where it could be opened nobody else looks for it.
    await house.worker({ env: { WORKER_ZONE: 'none', BOOKS_TOKEN: token } });
    await inZone('frankfurt', { BOOKS_TOKEN: token });
    await inZone('new-york');
    const run = await house.start(runbookText);
    const records = await house.toTheEnd(run);
    expect(outcomeOf(records)).toBe('succeeded');
    expect(asked).toEqual([
      { url: '/books/today', authorization: `Bearer ${token}` },
      { url: '/trades/today', authorization: undefined },
    ]);
    expect(new Set(house.lines('opened.log'))).toEqual(new Set(['frankfurt']));
    expect(house.lines('told.log')).toEqual(['WORKER_ZONE=none']);
    expect(warnings(records)).toEqual([]);
    expect(JSON.stringify(records)).not.toContain(token);
    expect(await house.print('verify', run)).toContain('OK');
  });

  it('says so when no worker serves a zone, and continues when one comes', async () => {
    house = open(1000);
    await house.worker({ env: { WORKER_ZONE: 'none' } });
    await inZone('new-york');
    const run = await house.start(runbookText);
    let isServed = false;
    const records = await house.toTheEnd(run, async (record) => {
      if (isServed || record.type !== 'attempt.noted') return;
      isServed = true;
      await inZone('frankfurt', { BOOKS_TOKEN: token });
    });
    expect(warnings(records)[0]).toContain('no worker of the zone frankfurt has taken this step for 1s');
    expect(outcomeOf(records)).toBe('succeeded');
    expect(await house.print('report', run)).toContain('no worker of the zone frankfurt');
  });

  it('fails the step, and says why, where the worker of its zone lacks the secret', async () => {
    house = open();
    await house.worker();
    await inZone('frankfurt');
    const records = await house.toTheEnd(await house.start(runbookText));
    expect(outcomeOf(records)).toBe('failed');
    const resolved = records.find((one) => one.type === 'step.resolved' && one.key === 'bought');
    expect(JSON.stringify(resolved)).toContain('secret \\"books\\", needed by target books');
  });
});

if (missing !== undefined) it.skip(`${missing}; zones of a team`, () => undefined);
