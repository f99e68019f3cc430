/** Finds values in places where they would be run, or taken for an option: by what a manifest says of each place, over written or rendered parameters. */
import type { Part, Tree } from '../../core/model/plan.ts';
import type { Json } from '../../core/model/value.ts';
import type { Manifest, SinkKind } from '../../port/step-type.ts';
import { covers } from '../scaling.ts';
import { fieldOf, isList, isRecord } from '../value.ts';
import { codeInArgv, readsCode } from './code-in-argv.ts';
import { codeVariable } from './loading-variables.ts';
import { codeInRedis } from './code-in-redis.ts';
import { scriptUses } from './script-uses.ts';
import type { Trusts } from './trust.ts';
import { trustOf } from './trust.ts';

export interface Misplaced {
  /** Of the leaf, inside the parameters. */
  readonly pointer: string;
  readonly is: 'code' | 'arithmetic' | 'option';
  readonly why: string;
}

type Params = Readonly<Record<string, Json>>;

/** What a leaf brings: whether a value of somebody else is in it, or at its beginning. */
interface Leaf {
  readonly isFree: boolean;
  readonly beginsFree: boolean;
  /** Not even a pattern describes how it begins. */
  readonly mayBeOption: boolean;
}

/** `params`: rendered, or as written. `tree`: the same, with the templates still in it. */
export function misplacedValues(
  manifest: Pick<Manifest, 'sinkAt'>,
  params: Params,
  tree: Tree,
  trusts: Trusts,
): readonly Misplaced[] {
  const kinds = Object.entries(manifest.sinkAt);
  const leafOfPointer = (pointer: string): Leaf => leafOf(treeAt(tree, pointer), trusts);
  const found: Misplaced[] = [];
  const lists = kinds.filter(([pattern, kind]) => pattern.endsWith('/*') && (kind === 'argv' || kind === 'redisArg'));
  for (const [pattern, kind] of lists) {
    const at = pattern.slice(0, -2);
    const words = textsAt(params, at);
    if (words === undefined) continue;
    found.push(...(kind === 'argv' ? inArgv(words, at, leafOfPointer) : inRedis(words, at, leafOfPointer)));
  }
  const argv = lists.filter(([, kind]) => kind === 'argv').flatMap(([pattern]) => textsAt(params, pattern.slice(0, -2)) ?? []);
  for (const [pattern, kind] of kinds) {
    if (kind === 'env') found.push(...inVariables(params, pattern.slice(0, -2), leafOfPointer));
    const why = kind === 'stdin' && argv.length > 0 ? readsCode(argv) : undefined;
    if (why !== undefined && leafOfPointer(pattern).isFree) found.push({ pointer: pattern, is: 'code', why });
    if (kind === 'script') found.push(...inScript(params, pattern, kinds, leafOfPointer));
  }
  return found;
}

/** Pointers of paths that are nothing but a value without a declared form. */
export function namesWholePath(
  manifest: Pick<Manifest, 'sinkAt'>,
  params: Params,
  tree: Tree,
  trusts: Trusts,
): readonly string[] {
  return Object.entries(manifest.sinkAt)
    .filter(([pointer, kind]) => kind === 'path' && leafAt(params, pointer) !== undefined)
    .map(([pointer]) => pointer)
    .filter((pointer) => leafOf(treeAt(tree, pointer), trusts).mayBeOption);
}

function inArgv(words: readonly string[], at: string, read: (pointer: string) => Leaf): readonly Misplaced[] {
  const found: Misplaced[] = [];
  for (const { index, why, beginning } of codeInArgv(words)) {
    const leaf = read(`${at}/${String(index)}`);
    if (beginning === true ? leaf.beginsFree : leaf.isFree) found.push({ pointer: `${at}/${String(index)}`, is: 'code', why });
  }
  if (takesNoOptions(words[0] ?? '')) return found;
  const dashes = words.indexOf('--');
  const end = dashes < 0 ? words.length : dashes;
  for (let index = 1; index < end; index += 1) {
    const pointer = `${at}/${String(index)}`;
    if (read(pointer).mayBeOption && !found.some((one) => one.pointer === pointer))
      found.push({ pointer, is: 'option', why: 'a value that begins with "-" would be taken as an option' });
  }
  return found;
}

const takesNoOptions = (program: string): boolean => /^(?:.*\/)?(?:echo|true|false|:)$/.test(program);

function inRedis(words: readonly string[], at: string, read: (pointer: string) => Leaf): readonly Misplaced[] {
  return codeInRedis(words)
    .map((index) => `${at}/${String(index)}`)
    .filter((pointer) => read(pointer).isFree)
    .map((pointer) => ({ pointer, is: 'code', why: 'the server runs it as a program' }));
}

function inVariables(params: Params, at: string, read: (pointer: string) => Leaf): readonly Misplaced[] {
  const found: Misplaced[] = [];
  for (const name of namesAt(params, at)) {
    const pointer = `${at}/${name}`;
    const why = codeVariable(name);
    if (why !== undefined && read(pointer).isFree) found.push({ pointer, is: 'code', why });
  }
  return found;
}

function inScript(
  params: Params,
  pattern: string,
  kinds: readonly (readonly [string, SinkKind])[],
  read: (pointer: string) => Leaf,
): readonly Misplaced[] {
  const script = leafAt(params, pattern);
  if (typeof script !== 'string') return [];
  const found: Misplaced[] = [];
  for (const [env, kind] of kinds)
    if (kind === 'env')
      for (const name of namesAt(params, env.slice(0, -2))) {
        const pointer = `${env.slice(0, -2)}/${name}`;
        const use = read(pointer).isFree ? scriptUses(script, name) : undefined;
        if (use !== undefined) found.push({ pointer, ...use });
      }
  return found;
}

function leafOf(tree: Tree | undefined, trusts: Trusts): Leaf {
  const parts = fieldOfParts(tree);
  const isFree = (part: Part | undefined): boolean => typeof part === 'object' && trustOf(part.path, trusts) !== 'listed';
  const [first] = parts;
  return {
    isFree: parts.some(isFree),
    beginsFree: isFree(first),
    mayBeOption: typeof first === 'object' && trustOf(first.path, trusts) === 'free',
  };
}

function fieldOfParts(tree: Tree | undefined): readonly Part[] {
  const parts = isRecord(tree) ? fieldOf(tree, '$t') : undefined;
  return isList(parts) ? (parts as readonly Part[]) : [];
}

const keysOf = (pointer: string): readonly string[] =>
  pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));

function treeAt(tree: Tree, pointer: string): Tree | undefined {
  let at: unknown = tree;
  for (const key of keysOf(pointer)) at = isList(at) ? at[Number(key)] : isRecord(at) ? fieldOf(at, key) : undefined;
  return at as Tree | undefined;
}

/** The value at a pointer of rendered parameters. */
export const leafAt = (params: Params, pointer: string): Json | undefined => treeAt(params, pointer);

function textsAt(params: Params, pointer: string): readonly string[] | undefined {
  const list = leafAt(params, pointer);
  return Array.isArray(list)
    ? (list as readonly Json[]).map((one) => (typeof one === 'string' ? one : JSON.stringify(one)))
    : undefined;
}

function namesAt(params: Params, pointer: string): readonly string[] {
  const mapping = leafAt(params, pointer);
  return isRecord(mapping) ? Object.keys(mapping) : [];
}

/** The kind of the place at a pointer. */
export const sinkOf = (manifest: Pick<Manifest, 'sinkAt'>, pointer: string): SinkKind | undefined =>
  Object.entries(manifest.sinkAt).find(([pattern]) => covers(pattern, pointer))?.[1];
