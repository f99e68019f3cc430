import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRegistry } from '../port/registry.ts';
import { classes } from './outside-answer.ts';
import { PackageError, readPackageFiles } from './package-files.ts';
import { factsIn, manifestSchema, paramsValidator, readManifest, resultValidator } from './step-type-schema.ts';
import { loadStepTypes, packageFolder } from './step-types.ts';
import { readConfig } from '../config/read.ts';

const original = join(import.meta.dirname, '../../../test/outside/runbook-step-beanstalk');
let root: string;
let folder: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runbook-step-types-'));
  folder = join(root, 'package');
  cpSync(original, folder, { recursive: true });
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const builtIn = createRegistry([]);
const at = { file: join('/', 'runbook.config.yaml'), line: 2, column: 3, endLine: 2, endColumn: 12 };
const entry = (over: Readonly<Record<string, string>> = {}) => ({
  type: 'beanstalk',
  package: './package',
  hash: readPackageFiles(folder).hash,
  from: root,
  at,
  ...over,
});
const load = (one = entry(), registry = builtIn) => loadStepTypes([one], { builtIn: registry, copies: join(root, 'copies') });
const messages = (loaded: ReturnType<typeof load>): string => loaded.diagnostics.map(({ message }) => message).join('\n');

describe('the hash of a package', () => {
  it('is the one that anybody computes with sha256sum', () => {
    mkdirSync(join(folder, 'Übung'));
    writeFileSync(join(folder, 'Übung', 'a b.js'), 'a');
    writeFileSync(join(folder, '.hidden'), '');
    const command = `find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum`;
    const theirs = execFileSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' }).slice(0, 64);
    expect(readPackageFiles(folder).hash).toBe(`sha256:${theirs}`);
  });

  it.each([
    ['one byte more', () => writeFileSync(join(folder, 'run.js'), `${readFileSync(join(folder, 'run.js'), 'utf8')} `)],
    ['a file more', () => writeFileSync(join(folder, 'more.js'), '')],
    ['a file less', () => rmSync(join(folder, 'README.md'))],
    ['a file with another name', () => cpSync(join(folder, 'README.md'), join(folder, 'readme.md'))],
  ])('is another with %s', (_, change) => {
    const before = readPackageFiles(folder).hash;
    change();
    expect(readPackageFiles(folder).hash).not.toBe(before);
  });

  it('refuses a link, which could lead to something else tomorrow', () => {
    const one = entry();
    symlinkSync('/etc/hostname', join(folder, 'name'));
    expect(() => readPackageFiles(folder)).toThrow(PackageError);
    expect(messages(load(one))).toMatch(/name is neither file nor folder/);
  });

  it.each([
    ['to a folder', () => symlinkSync('/etc', join(folder, 'etc'))],
    ['to a file of its own', () => symlinkSync('run.js', join(folder, 'more.js'))],
    ['to nothing', () => symlinkSync('nowhere', join(folder, 'more.js'))],
  ])('refuses a link %s as well', (_, link) => {
    link();
    expect(() => readPackageFiles(folder)).toThrow(/neither file nor folder/);
  });

  it('refuses a pipe without waiting for somebody to write to it', () => {
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect(() => readPackageFiles(folder)).toThrow(/pipe is neither file nor folder/);
  });

  it('refuses more than a package has, before it reads it', () => {
    truncateSync(join(folder, 'README.md'), 2 ** 33);
    expect(() => readPackageFiles(folder)).toThrow(/has more than 64 MiB/);
  });
});

describe('an entry of the configuration', () => {
  it('brings a step type with its origin, and only data of it is read', () => {
    writeFileSync(join(folder, 'run.js'), 'this is no JavaScript');
    const { types, diagnostics } = load();
    expect(diagnostics).toEqual([]);
    expect(types[0]?.origin).toEqual({ package: 'runbook-step-beanstalk', version: '1.0.0', hash: entry().hash });
    expect(types[0]?.manifest).not.toHaveProperty('facts');
  });

  it('refuses other content, names both hashes and its own place', () => {
    const one = entry();
    writeFileSync(join(folder, 'more.js'), '');
    const { types, diagnostics } = load(one);
    expect(types).toEqual([]);
    expect(diagnostics[0]).toMatchObject({ ...at, code: 'config-step-type', severity: 'error' });
    expect(diagnostics[0]?.message).toContain(one.hash);
    expect(diagnostics[0]?.message).toContain(entry().hash);
  });

  it('cannot replace a type that is built in', () => {
    const known = load().types;
    expect(messages(load(entry(), createRegistry(known)))).toMatch(/built in, and a package cannot replace it/);
  });

  it.each([
    ['in its name', 'package.json', '"runbook-step-beanstalk"', '"\\u001b]0;owned\\u0007"'],
    ['in a description', 'step-type.json', '"The tube;', '"The \\u202etube;'],
  ])('brings nothing that a terminal would obey: %s', (_, name, from, to) => {
    const path = join(folder, name);
    const changed = readFileSync(path, 'utf8').replace(from, to);
    expect(changed).not.toBe(readFileSync(path, 'utf8'));
    writeFileSync(path, changed);
    expect(messages(load())).toMatch(/characters that a terminal would obey or hide/);
  });

  it('keeps of a README what is text', () => {
    writeFileSync(join(folder, 'README.md'), '# beanstalk\r\n\r\nqueue\u001b[2J of \u202ework\r\n');
    expect(load().types[0]?.readme).toBe('# beanstalk\n\nqueue of work\n');
  });

  it('names the type as the package does', () => {
    expect(messages(load(entry({ type: 'queue' })))).toMatch(/is the step type "beanstalk"; name it so/);
  });

  it('finds an npm package in the nearest node_modules upward, and nothing by a path in disguise', () => {
    const installed = join(root, 'node_modules', '@ops', 'beanstalk');
    cpSync(folder, installed, { recursive: true });
    mkdirSync(join(root, 'a', 'b'), { recursive: true });
    expect(packageFolder('@ops/beanstalk', join(root, 'a', 'b'))).toBe(installed);
    expect(() => packageFolder('@ops/../../etc', root)).toThrow(/neither a folder/);
    expect(() => packageFolder('absent', root)).toThrow(/there is no package absent/);
  });

  it('follows a link to the folder itself, as npm makes them in workspaces; the content decides', () => {
    mkdirSync(join(root, 'node_modules'));
    symlinkSync(folder, join(root, 'node_modules', 'beanstalk'));
    const { types, diagnostics } = load(entry({ package: 'beanstalk' }));
    expect([types[0]?.origin?.hash, diagnostics]).toEqual([entry().hash, []]);
  });

  it.each([
    ['no hash', 'package: ./x'],
    ['a hash of another kind', 'package: ./x, hash: sha1:abc'],
    ['no package', `hash: "sha256:${'a'.repeat(64)}"`],
  ])('with %s is refused at its place', (_, text) => {
    const { config, diagnostics } = readConfig(`stepTypes:\n  queue: { ${text} }\n`, '/c/runbook.config.yaml');
    expect(config.stepTypes).toBeUndefined();
    expect(diagnostics).toMatchObject([{ code: 'config-step-type', line: 2, column: 3 }]);
  });
});

describe('a manifest', () => {
  const manifest = () => JSON.parse(readFileSync(join(original, 'step-type.json'), 'utf8')) as Record<string, unknown>;
  const problems = (change: (one: Record<string, unknown>) => void): string => {
    const one = manifest();
    change(one);
    const read = readManifest(one as never);
    return read.ok ? '' : read.problems.join('\n');
  };

  it('as it should be has no problems', () => {
    expect(problems(() => undefined)).toBe('');
  });

  it.each<[string, (one: Record<string, unknown>) => void, RegExp]>([
    ['of a newer port', (one) => (one['port'] = 2), /written for version 2 of the port, this program offers 1/],
    ['that names no port', (one) => delete one['port'], /"port" is missing/],
    ['without a summary', (one) => delete one['summary'], /"summary" is missing/],
    ['with a key that nothing reads', (one) => (one['timeOut'] = 1), /unknown key "timeOut"/],
    ["of a kind that is the engine's", (one) => (one['kind'] = 'ask'), /\/kind: expected "effect"/],
    ['that accepts any key', (one) => (one['params'] = { type: 'object', properties: {} }), /"additionalProperties" is missing/],
    ['whose schema is none', (one) => (one['result'] = { type: 'objekt' }), /\/result: no JSON Schema/],
    [
      'with a pattern that RE2 does not read',
      (one) => (one['result'] = { type: 'string', pattern: '(?=a)b' }),
      /\/result: no JSON Schema: .*perl/i,
    ],
    [
      'that refers to a schema elsewhere',
      (one) => (one['result'] = { anyOf: [{ $ref: '#/definitions/a' }], definitions: { a: {} } }),
      /\/result: \/anyOf\/0\/\$ref is not possible/,
    ],
    ['whose duration is not a key', (one) => (one['durationAt'] = ['/paus']), /\/paus points at no key/],
    ['whose module lies elsewhere', (one) => (one['module'] = './../run.js'), /\/module leads out of the package/],
    ['without a last case', (one) => (one['facts'] = (one['facts'] as unknown[]).slice(0, 1)), /one always fits/],
    ['with an unknown sink', (one) => (one['sinkAt'] = { '/tube': 'shell' }), /\/sinkAt\/~1tube: expected one of argv/],
  ])('%s is refused in words', (_, change, words) => {
    expect(problems(change)).toMatch(words);
  });
});

describe('a pattern of a schema', () => {
  const manifest = (pattern: string) =>
    ({
      params: { type: 'object', properties: { tube: { type: 'string', pattern } }, additionalProperties: false },
      result: { type: 'string', pattern },
      facts: [{ if: { properties: { tube: { pattern } } }, effect: 'read' }, { effect: 'write' }],
    }) as never;
  const long = (letter: string): string => letter.repeat(20_000);

  it.each(['^(a+)+$', '^(a|a)*$', '^(a|aa)+$', '([a-z]+)*$', '^(?:a?){50}a{50}$'])(
    '%s takes linear time wherever it is asked',
    (pattern) => {
      for (const text of [`${long('a')}!`, `${'a'.repeat(38)}!`]) {
        paramsValidator(manifest(pattern))({ tube: text });
        resultValidator(manifest(pattern))(text);
        factsIn(manifest(pattern))({ tube: text });
      }
    },
  );

  it('means what it means in a JSON Schema', () => {
    const fits = (pattern: string, tube: string): boolean => paramsValidator(manifest(pattern))({ tube }).length === 0;
    expect([
      fits('b', 'abc'),
      fits('^b', 'abc'),
      fits('^[a-z]+$', 'abc'),
      fits('^\\d{2}$', '12'),
      fits('\\u00e9', 'caf\u00e9'),
    ]).toEqual([true, false, true, true, true]);
  });
});

describe('the page for authors', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/outside-step-types.md'), 'utf8');

  it('names every key of a manifest, and every class of faults', () => {
    const keys = Object.keys(manifestSchema.properties).filter((key) => key !== '$schema');
    expect(keys.filter((key) => !new RegExp(`^\\| .*\`${key}\`.* \\| `, 'm').test(page))).toEqual([]);
    expect(page).toContain(classes.join(' '));
  });

  it('computes the hash as the program does', () => {
    const [, command = ''] = /^(find \. .*sha256sum)$/m.exec(page) ?? [];
    const theirs = execFileSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' }).slice(0, 64);
    expect(readPackageFiles(folder).hash).toBe(`sha256:${theirs}`);
  });
});
