/** What steps read is what was there: integers keep all their digits, and bytes that are not text are never taken for the text that is shown. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import type { Finished, Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

let here: Place;
let server: Server;
const big = '9007199254740993';
const bodies: Readonly<Record<string, { readonly body: Buffer; readonly headers: Readonly<Record<string, string>> }>> = {
  '/big': { body: Buffer.from(`\ufeff{"id": ${big}}`), headers: { 'content-type': 'application/json' } },
  '/latin': { body: Buffer.from('caf\xe9', 'latin1'), headers: { 'content-type': 'text/plain; charset=iso-8859-1' } },
  '/broken': { body: Buffer.from('caf\xe9', 'latin1'), headers: { 'content-type': 'text/plain; charset=utf-8' } },
  '/packed': { body: gzipSync('{"a": 1}'), headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' } },
  '/bomb': { body: gzipSync(Buffer.alloc(8 * 1024 * 1024)), headers: { 'content-encoding': 'gzip' } },
  '/strange': { body: Buffer.from('x'), headers: { 'content-encoding': 'zstd-like' } },
};
beforeEach(async () => {
  here = place();
  server = createServer((request, response) => {
    const found = bodies[request.url ?? ''];
    response.writeHead(found === undefined ? 404 : 200, found?.headers).end(found?.body);
  });
  new WebSocketServer({ server }).on('connection', (socket) => {
    socket.send(`{"seq": ${big}, "prevSeq": 9007199254740992, "levels": [${big}]}`);
    socket.send('{"seq": 9007199254740995, "prevSeq": 9007199254740994, "levels": []}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  writeFileSync(
    join(here.folder, 'runbook.config.yaml'),
    `environments:\n  local:\n    targets:\n      api: { type: http, url: "http://127.0.0.1:${String(port)}" }\n` +
      `      feed: { type: websocket, url: "ws://127.0.0.1:${String(port)}" }\n`,
  );
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
  here.remove();
});

async function run(step: string, after = ''): Promise<Finished> {
  writeFileSync(
    join(here.folder, 'one.yaml'),
    'apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\ntargets: { api: http, feed: websocket }\n' +
      `steps:\n  - { id: one, ${step} }\n${after}`,
  );
  return runbook(['run', 'one.yaml'], { cwd: here.folder, env: here.env });
}
const prints = (text: string, more = ''): string => `type: shell, reads: true, argv: [printf, '${text}']${more}`;

describe('an integer beyond 2^53', () => {
  beforeEach(() => {
    writeFileSync(join(here.folder, 'set.json'), `{"id": ${big}}`);
    writeFileSync(join(here.folder, 'set.yaml'), `id: ${big}\nlist: [${big}]\nmost: .inf\n`);
  });
  it.each([
    ['shell', prints(`{"id": ${big}}`, ', output: json')],
    ['a JSON file', 'type: file, read: set.json'],
    ['a YAML file', 'type: file, read: set.yaml'],
    ['http', 'type: http, target: api, url: /big'],
  ])('from %s equals itself and nothing else', async (_what, step) => {
    const { code, stdout } = await run(`${step}, expect: ["value.id == ${big}", "value.id != 9007199254740992", "value.id > 1"]`);
    expect(code, stdout).toBe(0);
  });

  it.each([
    ['the command line', ['-i', `id=${big}`, '-i', `ids=1,${big}`]],
    ['an input file in YAML', ['--input-file', 'in.yaml']],
    ['an input file in JSON', ['--input-file', 'in.json']],
  ])('from %s equals itself and nothing else, also where a question asks for it', async (_what, given) => {
    writeFileSync(join(here.folder, 'in.yaml'), `id: ${big}\nids: [1, ${big}]\n`);
    writeFileSync(join(here.folder, 'in.json'), `{"id": ${big}, "ids": [1, ${big}]}`);
    writeFileSync(
      join(here.folder, 'one.yaml'),
      'apiVersion: runbook/v1\nid: one\ntitle: One\nowners: [tests]\ninputs: { id: { type: integer }, ids: { type: list, of: integer } }\n' +
        'steps:\n  - { id: asked, type: ask, fields: { id: { type: integer } } }\n  - id: one\n    type: check\n    expect:\n' +
        `      - inputs.id == ${big} && inputs.id != 9007199254740992 && inputs.id + 1 == 9007199254740994\n` +
        `      - inputs.ids[1] == ${big}\n      - steps.asked.value.id == ${big}\n` +
        `  - { id: text, type: shell, reads: true, argv: [printf, '%s', '{{inputs.id}}'], expect: value == "${big}" }\n`,
    );
    const { code, stdout, stderr } = await runbook(['run', 'one.yaml', ...given, '--answer', `asked=${big}`], {
      cwd: here.folder,
      env: here.env,
    });
    expect(code, stdout + stderr).toBe(0);
  });

  it('from a feed is counted exactly', async () => {
    const { code, stdout } = await run(
      'type: websocket, target: feed, collect: { count: 2, timeout: 10s }, ' +
        `expect: ["result.firstSeq == ${big}", "result.book.seq == 9007199254740995", "result.gaps == 1", "result.messages[0].levels[0] == ${big}"]`,
    );
    expect(code, stdout).toBe(0);
  });

  it('beyond all numbers is text, never nothing', async () => {
    expect((await run(`${prints('[1e400]', ', output: json')}, expect: 'value[0] == "1e400"'`)).code).toBe(0);
    expect((await run('type: file, read: set.yaml, expect: value.most == "Infinity"')).code).toBe(0);
  });
});

describe('times', () => {
  it.each([
    ['a duration, in its own step', 'type: check, value: run.elapsed, expect: value < duration("1h")', ''],
    ['a duration below zero', 'type: check, value: "run.startedAt - now()", expect: value <= duration("0")', ''],
    ['a timestamp within a map', 'type: check, value: "{\'at\': now()}", expect: value.at >= run.startedAt', ''],
    [
      'what a later step reads',
      'type: check, value: "[run.elapsed, duration(\'1m\')]"',
      '  - { id: two, type: check, expect: "steps.one.value.max() == duration(\'1m\')" }\n',
    ],
    ['an item', 'type: check, forEach: "[duration(\'1m\')]", expect: item > duration("59s")', ''],
    [
      'text, where a template writes it',
      'type: check, value: "duration(\'90s\')"',
      '  - { id: two, type: shell, reads: true, argv: [echo, "{{steps.one.value}}"], expect: value == "1m30s" }\n',
    ],
  ])('stay %s', async (_what, step, after) => {
    const { code, stdout } = await run(step, after);
    expect(code, stdout).toBe(0);
  });
});

describe('bytes that are not text', () => {
  it.each([
    ['a condition over stdout', prints('caf\\xe9', ', expect: value != "café"'), ''],
    ['a condition over lines', prints('caf\\xe9', ', output: lines, expect: size(value) == 1'), ''],
    ['a template', prints('caf\\xe9'), '  - { id: two, type: shell, reads: true, argv: [echo, "{{steps.one.value}}"] }\n'],
    ['a condition over a body', 'type: http, target: api, url: /broken, expect: result.text != ""', ''],
  ])('fail %s', async (_what, step, after) => {
    const { code, stdout } = await run(step, after);
    expect(code).toBe(1);
    expect(stdout).toContain('is not UTF-8 text');
  });

  it('are shown, and stop nothing that does not read them', async () => {
    const { code, stdout } = await run(prints('caf\\xe9', ', expect: result.exitCode == 0'));
    expect(code, stdout).toBe(0);
  });
});

describe('an HTTP body', () => {
  it.each([
    ['in Latin-1 that says so is read', 'url: /latin, expect: result.text == "café"'],
    ['that was packed without being asked is unpacked', 'url: /packed, expect: value.a == 1'],
  ])('%s', async (_what, rest) => {
    const { code, stdout } = await run(`type: http, target: api, ${rest}`);
    expect(code, stdout).toBe(0);
  });

  it.each([
    ['that becomes too large when it is unpacked', '/bomb', 'cannot be unpacked'],
    ['that is packed in a way nobody asked for', '/strange', 'packed as zstd-like'],
  ])('%s is refused', async (_what, url, words) => {
    const { code, stdout } = await run(`type: http, target: api, url: ${url}`);
    expect([code, stdout]).toEqual([1, expect.stringContaining(words)]);
  });
});

describe('the value of a command', () => {
  it('has no line break at its end, as in a shell; stdout is exact', async () => {
    const { code, stdout } = await run(prints('yes\\n\\n', `, expect: [value == "yes", 'result.stdout == "yes\\n\\n"']`));
    expect(code, stdout).toBe(0);
  });

  it('as lines has none of the carriage returns of Windows', async () => {
    const { code, stdout } = await run(prints('a\\r\\nb\\r\\n', `, output: lines, expect: "value == ['a', 'b']"`));
    expect(code, stdout).toBe(0);
  });
});
