/** The pages in Chromium, at the width of a telephone: what a thumb reaches, two people at once, a line that is cut, and no script. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser, Page } from '../rig/browser.ts';
import { openBrowser } from '../rig/browser.ts';
import { eventually } from '../rig/cli.ts';
import type { CutLine } from '../rig/line.ts';
import { openLine } from '../rig/line.ts';
import type { Server, ServerPlace } from '../rig/serve.ts';
import { openServer, people, serverPlace, signIn, startRun, tokenOf } from '../rig/serve.ts';

const phone = { width: 360, height: 640 };
const thumb = 44;

let browser: Browser;
let at: ServerPlace;
let server: Server;
let pages: Page[];
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());
beforeEach(async () => {
  pages = [];
  at = serverPlace(people('ana', 'bob', 'cid'));
  const step = (id: string) =>
    `id: ${id}, type: shell, argv: [sh, -c, "echo ${id} >> moved.log"], cwd: "${at.folder}", undo: none`;
  const long = 'a-name-without-any-place-to-break-'.repeat(6);
  at.write(
    'move',
    `summary: Moves ${long}\nsteps:\n  - { ${step('move')}, title: Move ${long}, approve: { from: [bob, cid], timeout: 5m, reason: true } }\n`,
  );
  at.write(
    'wipe',
    `steps:\n  - { ${step('wipe')}, effect: destructive, approve: { from: [bob, cid], timeout: 5m, reason: true } }\n`,
  );
  const asks = ['cause', 'more'].map(
    (id) => `  - { id: ${id}, type: ask, title: "Ask ${id}", fields: { words: { type: string } } }\n`,
  );
  at.write('plain', `summary: Asks twice\nsteps:\n${asks.join('')}`);
  server = await openServer(at);
});
afterEach(async () => {
  await server.stop();
  at.remove();
  // Every page of every test, whatever else it is about: the policy refused nothing and no script failed.
  const complaints = pages
    .flatMap((page) => page.complaints)
    .filter((one) => !/net::ERR_|status of (?:400|401|409)|"source":"recommendation"/.test(one));
  expect(complaints).toEqual([]);
  const away = pages.flatMap((page) => page.requests).filter((one) => !/^(?:http:\/\/127\.0\.0\.1:|data:,)/.test(one));
  expect(away).toEqual([]);
});

/** Somebody on a telephone, who signs in with the form and goes to `path`. */
async function person(name: string, path: string, more: { readonly scripts?: 'off'; readonly url?: string } = {}): Promise<Page> {
  const { url = server.url, scripts = 'on' } = more;
  const page = await browser.open(url + path, { ...phone, scripts });
  pages.push(page);
  await signInOn(page, name);
  return page;
}

async function signInOn(page: Page, name: string): Promise<void> {
  await page.type('input[name=token]', tokenOf(name));
  await page.follow('form[action="/login"] button');
}

const started = async (id: string, query = ''): Promise<string> => startRun(await signIn(server.url, 'ana'), id, query);
const asked = (run: string, step: string) =>
  eventually(`${step} asks`, () =>
    at.runs().includes(run) ? at.journal(run).find((one) => one.type === 'question.opened' && one['key'] === step) : undefined,
  );
const finished = (run: string) =>
  eventually('the run has finished', () => at.journal(run).find((one) => one.type === 'run.finished'));
const opened = (run: string): number => at.journal(run).filter((one) => one.type === 'question.opened').length;
const closings = (run: string) => at.journal(run).filter((one) => one.type === 'question.closed');

const textOf = async (page: Page): Promise<string> => String(await page.evaluate('document.body.innerText'));
const asks = 'document.querySelector("#asks h2")?.innerText';
const asksOn = (page: Page, words: string) =>
  eventually(`the page asks "${words}"`, async () => ((await page.evaluate(asks)) === words ? true : undefined), 20_000);
const lineSays = (page: Page, words: string) =>
  eventually(
    `the line says "${words}"`,
    async () => (String(await page.evaluate('document.getElementById("line").innerText')).includes(words) ? true : undefined),
    20_000,
  );

describe('an approval on a telephone', () => {
  it('fits the screen, and everything that is pressed is as large as a thumb and can be reached', async () => {
    const run = await started('move');
    await asked(run, 'move');
    for (const path of ['/', '/runbooks', '/runbooks/move', `/runs/${run}`, `/runs/${run}/report`]) {
      const page = await person('bob', path);
      expect({ path, width: await page.evaluate('document.documentElement.scrollWidth') }).toEqual({ path, width: phone.width });
    }
    const page = await person('bob', `/runs/${run}`);
    await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true; })');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(phone.width);
    const small = `[...document.querySelectorAll('button, #asks input:not([type=hidden]), #steer summary, nav a')]
      .filter((one) => { const { height, width } = one.getBoundingClientRect(); return height < ${String(thumb)} || width < ${String(thumb)}; })
      .map((one) => one.outerHTML)`;
    expect(await page.evaluate(small)).toEqual([]);
    await page.type('#asks input[name=reason]', 'looked');
    await page.follow('#asks button[value=yes]');
    expect(await finished(run)).toMatchObject({ outcome: 'succeeded' });
    expect(closings(run)).toMatchObject([{ verdict: 'yes', by: { name: 'bob' }, reason: 'looked' }]);
  });

  it('of a step that destroys is typed, by whoever does it and by whoever agrees', async () => {
    const run = await started('wipe');
    for (const [round, name] of ['ana', 'bob'].entries()) {
      await eventually('the next question', () => (opened(run) === round + 1 ? true : undefined));
      const page = await person(name, `/runs/${run}`);
      await page.type('#asks input[name=reason]', 'looked');
      await page.follow('#asks button[value=yes]');
      expect(await textOf(page)).toContain('"" is not wipe; nothing was agreed to');
      expect(closings(run)).toHaveLength(round);
      await page.goTo(`${server.url}/runs/${run}`);
      await page.type(
        '#asks input[name=typed]',
        String(await page.evaluate('document.querySelector("#asks label code").innerText')),
      );
      await page.type('#asks input[name=reason]', 'looked');
      await page.follow('#asks button[value=yes]');
    }
    expect(await finished(run)).toMatchObject({ outcome: 'succeeded' });
    expect(closings(run)).toMatchObject([{ by: { name: 'ana' } }, { by: { name: 'bob' } }]);
    expect(at.lines('moved.log')).toEqual(['wipe']);
  });
});

describe('two people on one approval', () => {
  it('who press at once: one counts, and the other one is told who was first', async () => {
    const run = await started('move');
    await asked(run, 'move');
    const names = ['bob', 'cid'];
    const both = await Promise.all(names.map((name) => person(name, `/runs/${run}`)));
    for (const page of both) await page.type('#asks input[name=reason]', 'both');
    await Promise.all(both.map((page) => page.follow('#asks button[value=yes]')));
    await finished(run);
    const [closed, ...more] = closings(run);
    expect(more).toEqual([]);
    expect(at.lines('moved.log')).toEqual(['move']);
    const first = (closed?.['by'] as { readonly name: string }).name;
    const late = both[first === 'bob' ? 1 : 0];
    if (late === undefined) throw new Error('two pages are open');
    expect(await textOf(late)).toContain(`the question is closed: ${first} on`);
    expect(await textOf(late)).toContain('answered yes');
  });

  it('who look at it: the page of the one who does nothing tells who has answered', async () => {
    const run = await started('move');
    await asked(run, 'move');
    const cid = await person('cid', `/runs/${run}`);
    await lineSays(cid, 'live');
    const bob = await person('bob', `/runs/${run}`);
    await bob.type('#asks input[name=reason]', 'looked');
    await bob.follow('#asks button[value=no]');
    await eventually('the question is gone', async () =>
      (await cid.evaluate('document.querySelectorAll("#asks form").length')) === 0 ? true : undefined,
    );
    await cid.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true; })');
    expect(await textOf(cid)).toMatch(/bob on \S+.*no/s);
  });
});

describe('a line that is cut', () => {
  let line: CutLine;
  beforeEach(async () => {
    line = await openLine(Number(new URL(server.url).port));
  });
  afterEach(() => line.close());

  it.each(['cut', 'freeze'] as const)('(%s) is told, and the page catches up when it is back', async (how) => {
    const run = await started('plain', '?environment=lab');
    await asked(run, 'cause');
    const page = await person('bob', `/runs/${run}`, { url: line.url });
    await lineSays(page, 'live');
    line[how]();
    // Nothing tells a browser of a line that has gone silent but the time.
    if (how === 'freeze') await page.evaluate('{ const now = Date.now; Date.now = () => now() + 60_000; }');
    await lineSays(page, 'may be out of date');
    expect(await page.evaluate('document.getElementById("line").getBoundingClientRect().top >= 0')).toBe(true);
    const other = await person('cid', `/runs/${run}`);
    await other.type('#asks input[name="field.words"]', 'disk');
    await other.follow('#asks button');
    await asked(run, 'more');
    expect(await page.evaluate(asks)).toBe('Ask cause');
    line.mend();
    await lineSays(page, 'live');
    await asksOn(page, 'Ask more');
  });

  it('because the server began anew is told, and the page says that one has to sign in', async () => {
    const run = await started('plain', '?environment=lab');
    await asked(run, 'cause');
    const page = await person('bob', `/runs/${run}`);
    await lineSays(page, 'live');
    const port = Number(new URL(server.url).port);
    await server.stop();
    await lineSays(page, 'may be out of date');
    server = await openServer(at, {}, port);
    await lineSays(page, 'You are signed out');
    await page.goTo(`${server.url}/runs/${run}`);
    await signInOn(page, 'bob');
    await lineSays(page, 'live');
    await page.type('#asks input[name="field.words"]', 'disk');
    await page.follow('#asks button');
    await asksOn(page, 'Ask more');
  });
});

describe('without script', () => {
  it('the catalogue is searched, a plan is started, the run is read by reloading and its questions are answered', async () => {
    const page = await person('ana', '/runbooks', { scripts: 'off' });
    await page.type('input[name=q]', 'asks twice');
    await page.follow('form[role=search] button');
    expect(await textOf(page)).toContain('1 of 3');
    await page.follow('a[href="/runbooks/plain"]');
    await page.follow('form[action$="/start"] button');
    const run = /\/runs\/(\w+)$/.exec(String(await page.evaluate('location.href')))?.[1] ?? '';
    for (const step of ['cause', 'more']) {
      await asked(run, step);
      await page.follow('#line a');
      expect(await page.evaluate(asks)).toBe(`Ask ${step}`);
      await page.type('#asks input[name="field.words"]', 'disk');
      await page.follow('#asks button');
    }
    await finished(run);
    await page.goTo(`${server.url}/runs/${run}`);
    expect(await textOf(page)).toContain('succeeded');
  });

  it('an approval is given', async () => {
    const run = await started('move');
    await asked(run, 'move');
    const page = await person('bob', `/runs/${run}`, { scripts: 'off' });
    await page.type('#asks input[name=reason]', 'looked');
    await page.follow('#asks button[value=yes]');
    expect(await finished(run)).toMatchObject({ outcome: 'succeeded' });
    expect(closings(run)).toMatchObject([{ verdict: 'yes', by: { name: 'bob' } }]);
  });
});
