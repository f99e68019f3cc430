/** The built program with a step type from outside: found by its configuration, checked by its manifest, pinned by its content (T20). */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Place } from '../rig/cli.ts';
import { eventually, place, root, runbook, start } from '../rig/cli.ts';
import { readPackageFiles } from '../../src/interpreter/packages/package-files.ts';
import { startTcp } from '../rig/servers.ts';
import type { BeanstalkServer } from './beanstalk-server.ts';
import { startBeanstalk } from './beanstalk-server.ts';
import { beanstalk, configure, copyOf, recordsOf } from './packages.ts';

let here: Place;
let server: BeanstalkServer;
let env: Readonly<Record<string, string>>;
const exitUndone = 6;
const mails = join(beanstalk, 'examples', 'buried-mails.yaml');
beforeEach(async () => {
  here = place();
  env = { ...here.env, XDG_CACHE_HOME: join(here.folder, 'cache') };
  server = await startBeanstalk({ mails: { buried: 5 } });
});
afterEach(async () => {
  await server.close();
  here.remove();
});

const targetAt = (port: number): string => `targets: { queue: { type: beanstalk, host: 127.0.0.1, port: ${String(port)} } }`;
const call = (...args: readonly string[]) => runbook(args, { cwd: here.folder, env });
const state = (): string => join(here.folder, 'state');
const runs = (): readonly string[] => readdirSync(join(state(), 'runs'));
const write = (name: string, text: string): string => {
  const path = join(here.folder, name);
  writeFileSync(path, text);
  return path;
};
const document = (steps: string): string =>
  `apiVersion: runbook/v1\nid: example\ntitle: Example\nowners: [tests]\ntargets: { queue: beanstalk }\nsteps:\n${steps}`;

describe('a run', () => {
  it('performs its steps, from the first start and from the cache of the second', async () => {
    configure(here.folder, [{ type: 'beanstalk', folder: beanstalk }], targetAt(server.port));
    const cold = await call('run', mails, '--trust-config', '--no-questions', '-o', 'plain');
    expect([cold.code, cold.stderr.split('\n')[0]], cold.stdout).toEqual([0, expect.stringContaining('succeeded')]);
    expect(server.tubes.get('mails')).toMatchObject({ buried: 0, ready: 5 });
    Object.assign(server.tubes.get('mails') ?? {}, { buried: 3 });
    const warm = await call('run', mails, '--trust-config', '--no-questions', '-o', 'plain');
    expect(warm.code, warm.stdout + warm.stderr).toBe(0);
    expect(server.tubes.get('mails')).toMatchObject({ buried: 0, ready: 8 });
  });

  it('records package, version and hash in plan and journal, and the plan shows them', async () => {
    configure(here.folder, [{ type: 'beanstalk', folder: beanstalk }], targetAt(server.port));
    const hash = expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string;
    const origin = { beanstalk: { package: 'runbook-step-beanstalk', version: '1.0.0', hash } };
    const planned = await call('plan', mails, '-o', 'json');
    expect(JSON.parse(planned.stdout)).toMatchObject({ stepTypes: origin });
    expect((await call('plan', mails)).stdout).toMatch(
      /^ {2}step type beanstalk from outside: runbook-step-beanstalk 1\.0\.0, sha256:[0-9a-f]{64}$/m,
    );
    await call('run', mails, '--trust-config', '--no-questions', '-o', 'plain');
    const [run = ''] = runs();
    expect(JSON.parse(readFileSync(join(state(), 'runs', run, 'plan.json'), 'utf8'))).toMatchObject({ stepTypes: origin });
    expect(recordsOf(state(), run)[0]).toMatchObject({ type: 'run.opened', stepTypes: origin });
  });

  it('refuses a package with other content before any of its code is loaded', async () => {
    const folder = copyOf(beanstalk, join(here.folder, 'package'));
    configure(here.folder, [{ type: 'beanstalk', folder }], targetAt(server.port));
    const marker = join(here.folder, 'marker');
    const code = readFileSync(join(folder, 'run.js'), 'utf8');
    writeFileSync(
      join(folder, 'run.js'),
      `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(marker)}, '');\n${code}`,
    );
    const refused = await call('run', mails, '--trust-config', '--no-questions', '-o', 'plain');
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(/runbook\.config\.yaml:4:3: error config-step-type: .*nothing of it was loaded/);
    expect([existsSync(marker), server.heard.length, existsSync(join(state(), 'runs'))]).toEqual([false, 0, false]);
  });

  it('is not stopped by a package that it does not use', async () => {
    configure(here.folder, [{ type: 'beanstalk', folder: beanstalk, hash: `sha256:${'0'.repeat(64)}` }]);
    const path = write(
      'other.yaml',
      document('  - { id: one, type: shell, argv: ["true"], undo: none }\n').replace('targets: { queue: beanstalk }\n', ''),
    );
    expect((await call('run', path, '--trust-config', '--no-questions', '-o', 'plain')).code).toBe(0);
  });

  it('is resumed only with the content that it was planned with', async () => {
    const silent = await startTcp(() => undefined);
    const folder = copyOf(beanstalk, join(here.folder, 'package'));
    const config = configure(here.folder, [{ type: 'beanstalk', folder }], targetAt(silent.port));
    const former = readFileSync(config, 'utf8');
    const started = start(['run', mails, '--trust-config', '--no-questions', '-o', 'plain'], { cwd: here.folder, env });
    await eventually('the first attempt', () => started.stdout().includes('buried'));
    started.child.kill('SIGKILL');
    await started.finished;
    await silent.close();
    const [run = ''] = runs();
    writeFileSync(join(folder, 'more.js'), '');
    const torn = await call('resume', run, '--no-questions', '-o', 'plain');
    expect([torn.code, torn.stderr]).toEqual([
      2,
      expect.stringMatching(/was planned with the step type "beanstalk".*nothing of it was loaded/s),
    ]);
    configure(here.folder, [{ type: 'beanstalk', folder }], targetAt(server.port));
    const updated = await call('resume', run, '--config', config, '--no-questions', '-o', 'plain');
    expect([updated.code, updated.stderr]).toEqual([
      2,
      expect.stringMatching(/runbook-step-beanstalk 1\.0\.0 \(sha256:\w+\) is there now/),
    ]);
    writeFileSync(config, 'environments:\n  lab: {}\n');
    const unnamed = await call('resume', run, '--config', config, '--no-questions', '-o', 'plain');
    expect([unnamed.code, unnamed.stderr]).toEqual([
      2,
      expect.stringContaining('the configuration names no step type "beanstalk"'),
    ]);
    expect(server.heard).toEqual([]);
    writeFileSync(
      config,
      former.replace(targetAt(silent.port), targetAt(server.port)).replace(JSON.stringify(folder), JSON.stringify(beanstalk)),
    );
    expect((await call('resume', run, '--no-questions')).code).toBe(10);
    const resumed = await call('resume', run, '--config', config, '--no-questions', '-o', 'plain');
    expect(resumed.code, resumed.stdout + resumed.stderr).toBe(0);
    expect(server.tubes.get('mails')).toMatchObject({ buried: 0 });
  });
});

describe('check and undo', () => {
  it('check shows what the writes would do and touches nothing', async () => {
    configure(here.folder, [{ type: 'beanstalk', folder: beanstalk }], targetAt(server.port));
    const { code, stdout, stderr } = await call('check', mails, '--trust-config');
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/wake +.*up to 1000 of 5 buried jobs of mails become ready/);
    expect(server.heard.filter((line) => !line.startsWith('stats-tube'))).toEqual([]);
    expect(server.tubes.get('mails')).toMatchObject({ buried: 5, pause: 0 });
  });

  it('undo puts back what was captured, with the recorded content only', async () => {
    const folder = copyOf(beanstalk, join(here.folder, 'package'));
    configure(here.folder, [{ type: 'beanstalk', folder }], targetAt(server.port));
    const path = write(
      'hold.yaml',
      document('  - { id: hold, type: beanstalk, target: queue, tube: mails, pause: 10m, undo: restore }\n'),
    );
    const ran = await call('run', path, '--trust-config', '--no-questions', '-o', 'plain');
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(server.tubes.get('mails')?.pause).toBe(600);
    const [run = ''] = runs();
    const more = join(folder, 'more.js');
    writeFileSync(more, '');
    const refused = await call('undo', run, '--no-questions', '-o', 'plain');
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('nothing of it was loaded')]);
    expect([server.tubes.get('mails')?.pause, runs()]).toEqual([600, [run]]);
    rmSync(more);
    const undone = await call('undo', run, '--no-questions', '-o', 'plain');
    expect(undone.code, undone.stdout + undone.stderr).toBe(exitUndone);
    expect(server.tubes.get('mails')?.pause).toBe(0);
  });
});

describe('lint', () => {
  const wrong = document(
    '  - { id: one, type: beanstalk, tube: mails, kik: 3, undo: none }\n  - { id: two, type: beanstalk, tube: mails, kick: many, undo: none }\n  - { id: three, type: beanstalk, kick: 3, undo: none }\n',
  );

  it('knows the keys and values of the type with the configuration, and loads none of its code', async () => {
    const folder = copyOf(beanstalk, join(here.folder, 'package'));
    writeFileSync(join(folder, 'run.js'), 'throw new Error("loaded")');
    const config = configure(here.folder, [{ type: 'beanstalk', folder }], targetAt(server.port));
    const { code, stdout } = await call('lint', write('wrong.yaml', wrong), '--config', config);
    expect(code).toBe(3);
    const found = [...stdout.matchAll(/^wrong\.yaml:(\d+):\d+: error (\S+): (.*)$/gm)].map(
      ([, line, name, words]) => `${line ?? ''} ${name ?? ''} ${words ?? ''}`,
    );
    expect(found).toEqual([
      '7 key/unknown a step of type beanstalk has no key "kik"',
      '8 value/type expected a whole number, got the text "many"',
      '9 key/missing "tube" is missing',
    ]);
    const { code: clean, stdout: nothing } = await call('lint', mails, '--config', config);
    expect([clean, nothing]).toEqual([0, '']);
  });

  it('reads its result, effects, targets and undo from the manifest, as of a type that is built in', async () => {
    const config = configure(here.folder, [{ type: 'beanstalk', folder: beanstalk }], targetAt(server.port));
    const text = document(
      [
        '  - { id: one, type: beanstalk, tube: mails, expect: value == "none" }',
        '  - { id: two, type: beanstalk, tube: mails, expect: result.bured == 0 }',
        '  - { id: three, type: beanstalk, tube: mails, pause: soon, undo: none }',
        '  - { id: four, type: beanstalk, tube: mails, kick: 1, undo: restore }',
        '  - { id: five, type: beanstalk, tube: mails, kick: 1, pause: 1m, undo: none }',
        '  - { id: six, type: beanstalk, target: other, tube: mails }',
        'diagnosis:',
        '  - { id: seven, type: beanstalk, tube: mails, kick: 1, undo: none }',
        '',
      ].join('\n'),
    ).replace('queue: beanstalk', 'queue: beanstalk, other: redis');
    const { code, stdout } = await call('lint', write('wrong.yaml', text), '--config', config);
    expect(code).toBe(3);
    const found = [...stdout.matchAll(/^wrong\.yaml:(\d+):\d+: (?:error|warning) (\S+): /gm)].map(
      ([, line, name]) => `${line ?? ''} ${name ?? ''}`,
    );
    expect(found, stdout).toEqual([
      '5 target/unbound',
      '7 expression/type-mismatch',
      '8 expression/unknown-field',
      '9 value/duration',
      '10 undo/no-restore',
      '11 value/invalid',
      '12 target/type',
      '14 effect/write-in-reads',
    ]);
    expect(stdout).toContain('value/invalid: "kick" and "pause" exclude each other');
  });

  it('without a configuration says who may name the type', async () => {
    const { code, stdout } = await call('lint', mails);
    expect(code).toBe(3);
    expect(stdout).toContain('step/unknown-type: unknown step type "beanstalk"; a configuration may name it');
  });

  it('says what is wrong with a package at its entry in the configuration', async () => {
    const config = configure(here.folder, [
      { type: 'beanstalk', folder: beanstalk, hash: `sha256:${'0'.repeat(64)}` },
      { type: 'shell', folder: beanstalk },
    ]);
    const { code, stdout } = await call('lint', mails, '--config', config);
    expect(code).toBe(3);
    expect(stdout).toMatch(/runbook\.config\.yaml:4:3: error config-step-type: .*the configuration expects sha256:0000/);
    expect(stdout).toMatch(/runbook\.config\.yaml:5:3: error config-step-type: .*a package cannot replace it/);
  });
});

describe('an npm package', () => {
  it('has the same hash wherever npm has installed it, and is named without a path', async () => {
    const npm = (...args: readonly string[]): string =>
      execFileSync('npm', [...args, '--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], {
        cwd: here.folder,
        encoding: 'utf8',
        env: { ...process.env, npm_config_cache: join(here.folder, 'npm') },
      });
    const archive = npm('pack', beanstalk).trim();
    writeFileSync(join(here.folder, 'package.json'), '{ "private": true }');
    npm('install', `./${archive}`);
    const installed = join(here.folder, 'node_modules', 'runbook-step-beanstalk');
    expect(readPackageFiles(installed).hash).toBe(readPackageFiles(beanstalk).hash);
    const pinned = await call('pin', 'runbook-step-beanstalk');
    write('runbook.config.yaml', `environments:\n  lab: { ${targetAt(server.port)} }\n${pinned.stdout}`);
    const ran = await call('run', mails, '--trust-config', '--no-questions', '-o', 'plain');
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(server.tubes.get('mails')).toMatchObject({ buried: 0, ready: 5 });
  });
});

describe('what authors and editors read', () => {
  it('is a folder of pages, the same as those of the product, with those from outside among them', async () => {
    configure(here.folder, [{ type: 'beanstalk', folder: beanstalk }]);
    const { code, stdout } = await call('docs', '--into', 'pages');
    const [written, own] = [join(here.folder, 'pages'), join(root, 'docs', 'step-types')];
    expect([code, stdout]).toEqual([0, `${String(readdirSync(own).length + 1)} pages in ${written}\n`]);
    expect(readdirSync(written).sort()).toEqual([...readdirSync(own), 'beanstalk.md'].sort());
    for (const name of readdirSync(own))
      expect(readFileSync(join(written, name), 'utf8')).toBe(readFileSync(join(own, name), 'utf8'));
    expect(readFileSync(join(written, 'beanstalk.md'), 'utf8')).toBe((await call('docs', 'beanstalk')).stdout);
    const refused = await call('docs', '--into', join(beanstalk, 'run.js'));
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('--into')]);
  });

  it('is the page of the type, made as those of built-in types are, with where it comes from', async () => {
    configure(here.folder, [{ type: 'beanstalk', folder: beanstalk }]);
    const { code, stdout } = await call('docs', 'beanstalk');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^# beanstalk\n\nLooks at a tube/);
    expect(stdout).toContain('| `tube` (required) | The tube;');
    expect(stdout).toContain('Buried jobs are what a bad release leaves');
    expect(stdout).toMatch(/From outside: runbook-step-beanstalk 1\.0\.0, sha256:[0-9a-f]{64}/);
    expect((await call('docs')).stdout).toMatch(/^beanstalk .*\(from runbook-step-beanstalk 1\.0\.0\)\ncheck /m);
    expect((await call('docs', 'redis')).stdout).toMatch(/^# redis\n/);
    expect(await call('docs', 'beanstalkd')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "beanstalk"?') as string,
    });
  });

  it('is a schema that knows the type beside the built-in ones', async () => {
    const config = configure(here.folder, [{ type: 'beanstalk', folder: beanstalk }]);
    const { stdout } = await call('schema', '--config', config);
    const schema = JSON.parse(stdout) as {
      definitions: { step: { properties: { type: { enum: string[] } }; allOf: { then: object }[] } };
    };
    expect(schema.definitions.step.properties.type.enum).toEqual(expect.arrayContaining(['beanstalk', 'shell']));
    expect(schema.definitions.step.allOf[0]?.then).toMatchObject({
      properties: { kick: { type: 'integer' }, when: {} },
      required: ['tube'],
    });
    expect(JSON.parse((await call('schema', 'beanstalk', '--config', config)).stdout)).toMatchObject({
      type: 'object',
      properties: { type: { const: 'beanstalk' } },
    });
  });

  it('are the lines that pin a package, which the configuration takes as they are', async () => {
    const pinned = await call('pin', beanstalk);
    expect(pinned.stderr).toMatch(/effects: write, read; target: beanstalk/);
    write('runbook.config.yaml', `environments:\n  lab: { ${targetAt(server.port)} }\n${pinned.stdout}`);
    expect((await call('doctor')).stdout).toContain(
      'ok      step type beanstalk: runbook-step-beanstalk 1.0.0, content as pinned',
    );
    const { code, stderr } = await call('pin', here.folder);
    expect([code, stderr]).toEqual([3, expect.stringContaining('has no package.json')]);
  });
});
