/** The import table of the house (src/README.md), and no cycles. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root, sourcesOf } from './sources.ts';

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function importsOf(file: string): readonly Import[] {
  const text = readFileSync(join(root, file), 'utf8');
  const statements = text.matchAll(
    /^(?:import|export)\s+(type\s+)?[^'"]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)|^import\s+['"]([^'"]+)['"]/gm,
  );
  return [...statements].map((match) => {
    const specifier = match[2] ?? match[3] ?? match[4] ?? '';
    const to = specifier.startsWith('.') ? relative(root, resolve(root, dirname(file), specifier)) : specifier;
    return { from: file, to, typeOnly: match[1] !== undefined };
  });
}

const all = sourcesOf('src').flatMap(importsOf);
const laboratory = sourcesOf('lab').flatMap(importsOf);
const inside = (folder: string) => (one: Import) => one.from.startsWith(`src/${folder}/`);
const offending = (where: (one: Import) => boolean, forbidden: RegExp, typesToo = true): readonly string[] =>
  all
    .filter((one) => where(one) && forbidden.test(one.to) && (typesToo || !one.typeOnly))
    .map((one) => `${one.from} -> ${one.to}`);

describe('the import table', () => {
  it('lets the core import the core only', () => {
    expect(all.filter((one) => inside('interpreter/core')(one) && !one.to.startsWith('src/interpreter/core/'))).toEqual([]);
  });

  it.each(['document', 'check', 'language', 'plan', 'rehearsal'])(
    'keeps %s away from engine, store, steps, screen and drivers',
    (folder) => {
      expect(
        offending(
          inside(`interpreter/${folder}`),
          /^src\/(interpreter\/(engine|store)|steps|ui|clients|cli|commands|session|catalogue|console)\/|^(kafkajs|ioredis|pg|ink|react|execa|ws)$/,
        ),
      ).toEqual([]);
    },
  );

  it.each(['engine', 'store', 'guard', 'config', 'packages'])('keeps %s away from steps, screen and the linter', (folder) => {
    expect(
      offending(
        inside(`interpreter/${folder}`),
        /^src\/(interpreter\/check|steps|ui|clients|cli|commands|session|catalogue|console)\/|^(kafkajs|ioredis|pg|ink|react|ws)$/,
      ),
    ).toEqual([]);
  });

  it('keeps the link between engine and viewers apart from both', () => {
    expect(
      offending(
        inside('interpreter/link'),
        /^src\/(interpreter\/(check|document|plan|language|config|store\/journal)|steps|ui|clients|cli|commands|session|catalogue|console)\b|^(ink|react)$/,
      ),
    ).toEqual([]);
  });

  it('lets only language/cel/condition see the expression library', () => {
    expect(
      all.filter((one) => one.to === '@marcbachmann/cel-js' && !/^src\/interpreter\/language\/cel\/condition/.test(one.from)),
    ).toEqual([]);
  });

  it('keeps drivers out of the manifests and entry files of step types', () => {
    const entries = (one: Import): boolean => /^src\/steps\/[^/]+\/(index|manifest)\.ts$/.test(one.from);
    expect(offending(entries, /^(?!src\/interpreter\/(port|core)\/|src\/clients\/programs\/|src\/steps\/|\.)/, false)).toEqual(
      [],
    );
  });

  it('keeps step types apart from each other, the store and the screen', () => {
    const wrong = all.filter((one) => {
      const own = /^src\/steps\/([^/]+)\//.exec(one.from)?.[1];
      if (own === undefined) return false;
      const other = /^src\/steps\/([^/]+)\//.exec(one.to)?.[1];
      return (
        (other !== undefined && other !== own && !(own === 'wait-until-metric' && other === 'metric')) ||
        /^src\/(ui|cli|commands|session|catalogue|console|interpreter\/(store|engine|check))\//.test(one.to)
      );
    });
    expect(wrong).toEqual([]);
  });

  it('keeps clients away from steps and the engine', () => {
    expect(
      offending(
        inside('clients'),
        /^src\/(steps|ui|cli|commands|session|catalogue|console|interpreter\/(engine|store|check|plan|document))\//,
      ),
    ).toEqual([]);
  });

  it('keeps the screen away from drivers, steps and the writing journal; Ink stays in ui/screen', () => {
    expect(
      offending(
        inside('ui'),
        /^src\/(steps|clients|cli|commands|session|catalogue|console|interpreter\/(check|store\/journal-write|config))\b|^(kafkajs|ioredis|pg|ws)$/,
      ),
    ).toEqual([]);
    expect(all.filter((one) => /^(ink|react)$/.test(one.to) && !one.from.startsWith('src/ui/screen/'))).toEqual([]);
  });

  it('lets nobody but the command line and other verbs import a verb', () => {
    // An agent lints and explains by what the verbs do; both rest on results of rehearsals, which verbs keep.
    const known = new Set(
      ['src/commands/lint/one.ts', 'src/commands/explain.ts'].map((to) => `src/agents/tools/catalogue.ts -> ${to}`),
    );
    const wrong = offending((one) => !inside('commands')(one) && !inside('cli')(one), /^src\/commands\//).filter(
      (one) => !/\.test\.tsx? -> /.test(one),
    );
    expect(wrong.filter((one) => !known.has(one))).toEqual([]);
    expect(wrong).toHaveLength(known.size);
    expect(offending(inside('paper'), /^src\/(session|service|agents|serve|team|steps|clients|cli)\//)).toEqual([]);
  });

  it('lets the sandbox of a workflow have the core and what is pure, and nothing of node', () => {
    const pure =
      /^(?:src\/team\/(?:workflow\/|protocol\.ts)|src\/interpreter\/(?:core\/|link\/permission\.ts|engine\/(?:hear|opening|operator)\.ts)|@temporalio\/workflow$)/;
    const inSandbox = (one: Import): boolean => inside('team/workflow')(one) && !one.from.endsWith('.test.ts') && !one.typeOnly;
    expect(all.filter((one) => inSandbox(one) && !pure.test(one.to))).toEqual([]);
  });

  it('keeps the packages of Temporal behind team/sdk, and the sandbox away from workers', () => {
    expect(all.filter((one) => one.to.startsWith('@temporalio/') && !inside('team/workflow')(one))).toEqual([]);
    expect(offending((one) => /^src\/team\/(?:worker|client)\//.test(one.from), /^src\/(team\/workflow|steps|ui)\//)).toEqual([]);
  });

  it('keeps the server a guest of the port to runs: no engine, no link, no step type, no folder of runs, and no framework', () => {
    const allowed = /engine\/(approval|operator)\.ts$|link\/(protocol|account)\.ts$|store\/run-directory\.ts$/;
    const wrong = all.filter(
      (one) =>
        inside('serve')(one) &&
        !allowed.test(one.to) &&
        (/^src\/(steps|cli|interpreter\/(engine|link|store|packages|check))\//.test(one.to) || !/^(src\/|node:)/.test(one.to)),
    );
    expect(wrong).toEqual([]);
    const callers = all.filter((one) => one.to.startsWith('src/serve/') && !one.from.startsWith('src/serve/'));
    expect(callers.filter(({ from }) => from !== 'src/commands/serve.ts')).toEqual([]);
  });

  it('has no cycles, types counted', () => {
    const graph = new Map<string, string[]>();
    for (const one of [...all, ...laboratory])
      if (/^(?:src|lab)\//.test(one.to)) graph.set(one.from, [...(graph.get(one.from) ?? []), one.to]);
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (at: string, path: readonly string[]): void => {
      if (path.includes(at)) cycles.push([...path.slice(path.indexOf(at)), at].join(' -> '));
      if (done.has(at) || path.includes(at)) return;
      for (const next of graph.get(at) ?? []) visit(next, [...path, at]);
      done.add(at);
    };
    for (const file of graph.keys()) visit(file, []);
    expect(cycles).toEqual([]);
  });
});

describe('a step type is one folder (L10)', () => {
  const types = readdirSync(join(root, 'src/steps'), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() &&
    /kind: 'effect'|\.\.\.metric/.test(readFileSync(join(root, 'src/steps', entry.name, 'manifest.ts'), 'utf8'))
      ? [entry.name]
      : [],
  );
  const named = new RegExp(`'(?:${types.join('|')})'`, 'g');
  /** Keywords of the language that are spelt like a step type. */
  const keywords: Readonly<Record<string, string>> = {
    'src/interpreter/document/steps.ts': 'notify',
    'src/interpreter/check/document-schema.ts': 'alert',
  };

  it('so nothing in the interpreter knows its name', () => {
    const folders = ['check', 'core', 'document', 'engine', 'language', 'plan'].map((folder) => `src/interpreter/${folder}`);
    const found = folders
      .flatMap(sourcesOf)
      .filter((file) => !/\/(?:catalogue|fixtures)\//.test(file))
      .flatMap((file) =>
        (readFileSync(join(root, file), 'utf8').match(named) ?? [])
          .filter((one) => one !== `'${keywords[file] ?? ''}'`)
          .map((one) => `${file}: ${one}`),
      );
    expect(types.length).toBeGreaterThan(10);
    expect(found).toEqual([]);
  });
});

describe('the size of files', () => {
  it('stays at or below 400 lines, median below 120', () => {
    const lengths = ['src', 'lab']
      .filter((folder) => existsSync(join(root, folder)))
      .flatMap(sourcesOf)
      .map((file) => ({
        file,
        lines: readFileSync(join(root, file), 'utf8').split('\n').length,
      }));
    expect(lengths.filter((one) => one.lines > 401)).toEqual([]);
    const sorted = lengths.map((one) => one.lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(120);
  });
});
