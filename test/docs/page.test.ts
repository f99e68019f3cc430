/** The page of `runbook report -o html`, in a browser: it complains of nothing, asks no network, and is readable on a phone. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Browser, Page } from '../rig/browser.ts';
import { openBrowser } from '../rig/browser.ts';
import { place, runbook } from '../rig/cli.ts';

const here = place();
const call = (...args: readonly string[]) => runbook(args, { env: here.env, cwd: here.folder });
let browser: Browser;
let html = '';

const hostile = '</style><script>alert(1)</script><img src=http://127.0.0.1:9/x onerror=alert(2)>';
const document = `apiVersion: runbook/v1
id: page
title: 'A page with <b>hostile</b> text'
owners: [tests]
inputs:
  words: { type: string, default: ${JSON.stringify(hostile)} }
evidence:
  - { id: size, type: shell, argv: [cat, counter], value: int(result.stdout) }
steps:
  - { id: begin, type: shell, script: "echo 0 > counter; echo begun $WORDS", env: { WORDS: "{{inputs.words}}" }, cwd: "${here.folder}", undo: none }
  - { id: grow, title: The counter grows, type: shell, argv: [./grow], cwd: "${here.folder}", reads: true,
      value: int(result.stdout), until: value > 40, every: 100ms, timeout: 30s }
  - { id: wrong, title: 'A step that fails with a line that is far too long for any telephone: ${'x'.repeat(200)}', type: shell, argv: [sh, -c, "exit 3"], undo: none, onFailure: continue, critical: false }
postmortem:
  - { id: rootCause, type: ask, title: Root cause, fields: { text: { type: text } } }
`;

beforeAll(async () => {
  mkdirSync(here.folder, { recursive: true });
  writeFileSync(join(here.folder, 'counter'), '0\n');
  // Each reading grows the counter, so that the curve has the same readings however slow the machine is.
  writeFileSync(join(here.folder, 'grow'), '#!/bin/sh\necho $(($(cat counter) + 7)) > counter\ncat counter\n', { mode: 0o700 });
  writeFileSync(join(here.folder, 'page.yaml'), document);
  const path = join(here.folder, 'page.html');
  const { stderr } = await call('run', join(here.folder, 'page.yaml'), '--report', path, '--no-questions');
  html = path;
  expect(stderr).toContain('report');
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  here.remove();
});

const open = (width: number): Promise<Page> => browser.open(pathToFileURL(html).href, { width, height: 844 });

it('has no complaint, asks for nothing but itself, and runs nothing that a step printed', async () => {
  const page = await open(1280);
  expect(page.complaints).toEqual([]);
  expect(page.requests.filter((url) => !url.startsWith('data:'))).toEqual([pathToFileURL(html).href]);
  expect(await page.evaluate('document.scripts.length + document.images.length')).toBe(0);
  expect(await page.evaluate('document.body.innerText')).toContain(hostile);
});

it.each([390, 320, 1280])('is not wider than a screen of %i pixels, also unfolded', async (width) => {
  const page = await open(width);
  await page.evaluate('document.querySelectorAll("details").forEach((one) => { one.open = true; })');
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
  const size = await page.evaluate('parseFloat(getComputedStyle(document.querySelector(".step")).fontSize)');
  expect(size).toBeGreaterThanOrEqual(14);
});

it('shows the outcome, the wait as a curve with its threshold, and the postmortem to fill in', async () => {
  const page = await open(390);
  expect(await page.evaluate('document.querySelectorAll("svg.curve polyline").length')).toBe(1);
  expect(await page.evaluate('document.querySelector("svg.curve text.threshold").textContent')).toBe('40');
  expect(await page.evaluate('document.querySelectorAll("textarea").length')).toBe(1);
  const words = String(await page.evaluate('document.body.innerText'));
  for (const expected of ['A page with <b>hostile</b> text', 'Evidence', 'before', 'after', 'Timeline', 'The counter grows'])
    expect(words).toContain(expected);
  const failed = await page.evaluate('document.querySelector("details[open] summary").innerText');
  expect(failed).toContain('A step that fails');
});

it('can be printed', async () => {
  const page = await open(1280);
  expect(await page.printed()).toBeGreaterThan(0);
});
