/**
 * The code of workflows, by version. A run replays its history with the code that it began with, or the history would not fit: so each version is a
 * workflow type of its own, named by its hash, and a worker keeps every version that it has had.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../interpreter/plan/hash.ts';
import { packageRoot } from '../console/package-root.ts';
import type { WorkerSdk } from './sdk.ts';
import { modulesFolder } from './sdk.ts';

/** Made by the build. */
const ownCode = (): string => readFileSync(join(packageRoot(), 'dist', 'team-workflow.cjs'), 'utf8');

const versionOf = (code: string): string => sha256(code).slice(0, 12);

/** The workflow type of runs that are started with this program. */
export const workflowType = (): string => typeOf(versionOf(ownCode()));

const typeOf = (version: string): string => `runbookRun-${version}`;

/** Everything that a worker can carry: its own version, and those that it had before. `folder`: kept between versions of the program. */
export async function bundledCode(
  sdk: WorkerSdk,
  folder: string,
): Promise<{ readonly code: string; readonly types: readonly string[] }> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  place(join(folder, `${versionOf(ownCode())}.cjs`), ownCode());
  const versions = readdirSync(folder)
    .flatMap((name) => /^([0-9a-f]{12})\.cjs$/.exec(name)?.[1] ?? [])
    .sort();
  const entry = versions.map((one) => `exports[${JSON.stringify(typeOf(one))}] = require('./${one}.cjs').runRunbook;\n`).join('');
  const modules = modulesFolder();
  const sdkVersion = readFileSync(join(modules, '@temporalio', 'workflow', 'package.json'), 'utf8');
  const bundle = join(folder, `bundle-${versionOf(`${entry}\n${sdkVersion}`)}.js`);
  if (!existsSync(bundle)) {
    const path = join(folder, `entry-${versionOf(entry)}.cjs`);
    place(path, entry);
    const { code } = await sdk.bundleWorkflowCode({
      workflowsPath: path,
      // One copy for all runs of a worker: the code keeps nothing between them.
      preloadModules: versions.map((one) => join(folder, `${one}.cjs`)),
      webpackConfigHook: (config: { readonly resolve?: { readonly modules?: readonly string[] } }) => ({
        ...config,
        resolve: { ...config.resolve, modules: [...(config.resolve?.modules ?? []), modules] },
      }),
      logger: silent,
    });
    place(bundle, code);
  }
  return { code: readFileSync(bundle, 'utf8'), types: versions.map(typeOf) };
}

/** Several workers of a host may do it at once. */
function place(path: string, text: string): void {
  if (existsSync(path)) return;
  const beside = `${path}.${String(process.pid)}`;
  writeFileSync(beside, text, { mode: 0o600 });
  renameSync(beside, path);
}

const nothing = (): undefined => undefined;
const silent = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };
