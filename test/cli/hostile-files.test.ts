/** Files of strangers: a pull request may hold anything, and lint must end soon, say what is wrong, and show nothing of other files. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { place, runbook } from '../rig/cli.ts';

let here: Place;
beforeEach(() => {
  here = place();
  mkdirSync(join(here.folder, 'runbooks.yaml.d', 'sub'), { recursive: true });
});
afterEach(() => {
  here.remove();
});
const call = (...args: readonly string[]) => runbook(args, { cwd: here.folder, env: here.env });
const at = (name: string): string => join(here.folder, 'runbooks.yaml.d', name);

const good = 'apiVersion: runbook/v1\nid: good\ntitle: Good\nowners: [t]\nsteps:\n  - { id: a, type: shell, argv: [uname] }\n';

describe('a folder', () => {
  it('with pipes and devices: each is told, and nothing waits for it', async () => {
    execFileSync('mkfifo', [at('pipe.yaml')]);
    symlinkSync('/dev/zero', join(here.folder, 'zero'));
    const { code, stdout } = await call('lint');
    expect({ code, stdout }).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('file-kind: this is not a regular file') as string,
    });
    for (const verb of ['lint', 'run', 'plan'])
      for (const path of ['runbooks.yaml.d/pipe.yaml', './zero'])
        expect((await call(verb, path)).stdout + (await call(verb, path)).stderr).toContain('this is not a regular file');
  });

  it('with links: none is followed, each is told, and no line of what it leads to is shown', async () => {
    writeFileSync(join(here.folder, 'passwords'), 'root:x:0:0\n');
    symlinkSync(join(here.folder, 'passwords'), at('link.yaml'));
    symlinkSync('/', at('sub/root'));
    writeFileSync(at('good.yaml'), good);
    const { code, stdout, stderr } = await call('lint');
    expect(code).toBe(0);
    expect(stdout.match(/file-link: this symbolic link is not followed/g)).toHaveLength(2);
    expect(stdout).not.toContain('root:x');
    expect(stderr).toBe('1 file, 0 errors, 2 warnings\n');
    expect((await call('list')).stdout).toBe(`${'good'.padEnd(32)} ${' '.repeat(6)} Good\n`);
  });

  it('a link that somebody names is followed: operators link their runbooks', async () => {
    writeFileSync(join(here.folder, 'real.yml'), good);
    symlinkSync(join(here.folder, 'real.yml'), at('good.yaml'));
    expect(await call('lint', 'runbooks.yaml.d/good.yaml')).toMatchObject({ code: 0 });
    expect(await call('run', 'runbooks.yaml.d/good.yaml')).toMatchObject({ code: 0 });
  });

  it('a named link to a file beside it that is no runbook is refused: builds keep their tokens there', async () => {
    writeFileSync(join(here.folder, '.env'), 'TOKEN: very-secret-token\n');
    symlinkSync(join(here.folder, '.env'), at('evil.yaml'));
    const refused = await call('lint', 'runbooks.yaml.d/evil.yaml');
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('not a .yaml file') as string });
    expect(refused.stdout + refused.stderr).not.toContain('very-secret-token');
  });

  it('deeper than anybody sorts runbooks ends with an error, not with a stack', async () => {
    mkdirSync(at(Array.from({ length: 70 }, () => 'd').join('/')), { recursive: true });
    expect(await call('lint')).toMatchObject({ code: 2, stderr: expect.stringContaining('64 levels deep') as string });
  });
});

describe('a file', () => {
  it('larger than 1 MiB is refused before it is read', async () => {
    writeFileSync(at('big.yaml'), 'a'.repeat(2 * 1024 * 1024));
    expect(await call('lint')).toMatchObject({ code: 3, stdout: expect.stringContaining('larger than 1 MiB') as string });
  });

  it('of mistakes alone costs little more than one without, and says where it stopped', async () => {
    const body = (step: string): string => `apiVersion: runbook/v1\nid: m\ntitle: M\nowners: [t]\nsteps:\n${step.repeat(20_000)}`;
    const seconds = async (text: string): Promise<number> => {
      writeFileSync(at('m.yaml'), text);
      const begin = performance.now();
      expect((await call('lint')).code).toBe(3);
      return performance.now() - begin;
    };
    // The same size, one mistake: a document that is too large for a run.
    const wrong = await seconds(body('  - { id: a, tpe: shell, argb: [x], wron: 1 }\n'));
    const { stdout } = await call('lint', '-o', 'json');
    const { findings } = JSON.parse(stdout) as { readonly findings: readonly { readonly code: string }[] };
    expect(findings).toHaveLength(201);
    expect(findings.at(-1)?.code).toBe('too-many-findings');
    const one = await seconds(body('  # - { id: a, type: shell, argv: [x], wro: 1 }\n'));
    expect(wrong / one).toBeLessThan(20);
  });
});

describe('a configuration', () => {
  const aliases = Array.from({ length: 20 }, (_, level) => {
    const [name, before] = [String.fromCharCode(98 + level), String.fromCharCode(97 + level)];
    return `${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(',')}]`;
  });
  it.each([
    ['nested brackets', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'nested more than 64 levels'],
    ['nested mappings', `${'{a: '.repeat(50_000)}1${'}'.repeat(50_000)}`, 'nested more than 64 levels'],
    ['aliases of aliases', `a: &a [x,x,x,x,x,x,x,x,x,x]\n${aliases.join('\n')}\n`, 'aliases repeat too much'],
    [
      'many keys',
      `environments:\n  x:\n    facts:\n${Array.from({ length: 20_000 }, (_, i) => `      k${String(i)}: 1\n`).join('')}`,
      'more than 2000 keys',
    ],
    ['a key twice', 'environments:\n  a: {}\n  a: {}\n', 'the key "a" is there twice'],
    ['too many bytes', `# ${'x'.repeat(2 * 1024 * 1024)}`, 'larger than 1 MiB'],
  ])('of %s is refused with a reason', async (_, text, reason) => {
    writeFileSync(join(here.folder, 'runbook.config.yaml'), text);
    writeFileSync(at('good.yaml'), good);
    const { code, stderr } = await call('run', 'good');
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining(reason) as string });
  });
});

describe('values', () => {
  it('nested beyond all sense are an error of the input or the step, never of the engine', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    writeFileSync(
      at('deep.yaml'),
      good
        .replace('id: good', 'id: deep\ninputs: { x: { type: list, of: string, default: [] } }')
        .replace('argv: [uname]', 'argv: [cat, deep.json], value: json(result.stdout)'),
    );
    writeFileSync(at('shell.yaml'), good.replace('id: good', 'id: shell').replace('[uname]', '[cat, deep.json], output: json'));
    writeFileSync(at('deep.json'), deep);
    const file = await call('run', 'deep', '--input-file', 'runbooks.yaml.d/deep.json');
    expect({ code: file.code, stderr: file.stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('nested') as string,
    });
    const { code, stdout } = await call('run', 'deep');
    expect({ code, stdout }).toMatchObject({ code: 1, stdout: expect.stringContaining('FAILED') as string });
    expect(stdout).not.toContain('Maximum call stack');
    const shell = await call('run', 'shell');
    expect({ code: shell.code, stdout: shell.stdout }).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('stdout is not JSON: the JSON is nested more than 512 levels') as string,
    });
    writeFileSync(
      join(here.folder, 'runbooks.yaml.d', 'answer.yaml'),
      good
        .replace('id: good', 'id: answer')
        .replace('type: shell, argv: [uname]', 'type: ask, fields: { x: { type: list, of: string }, n: { type: integer } }'),
    );
    const answered = await call('run', 'answer', '--answer', `a=${deep.slice(0, 90_000)}`);
    expect({ code: answered.code }).toEqual({ code: 2 });
    expect(answered.stderr).not.toContain('Maximum call stack');
  });
});

describe('an input file with an escape that makes a control character', () => {
  it('is refused as a whole, before the first step', async () => {
    writeFileSync(
      join(here.folder, 'book.yaml'),
      `apiVersion: runbook/v1\nid: book\ntitle: B\nowners: [t]\ninputs: { x: { type: string } }\nsteps:\n  - { id: a, type: shell, argv: [echo, "{{inputs.x}}"] }\n`,
    );
    writeFileSync(join(here.folder, 'in.json'), '{"x": "red \\u001b[31m"}');
    const { code, stderr } = await call('run', './book.yaml', '--input-file', 'in.json');
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('invisible control character (U+001B)') as string,
    });
  });
});
