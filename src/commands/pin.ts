/** `runbook pin PACKAGE`: reads a step type from outside, says what it declares, prints the lines that pin it in a configuration. Runs nothing of it. */
import { resolve } from 'node:path';
import { PackageError, readPackageFiles } from '../interpreter/packages/package-files.ts';
import type { StepTypePackage } from '../interpreter/packages/package-manifest.ts';
import { packageOf } from '../interpreter/packages/package-manifest.ts';
import { packageFolder } from '../interpreter/packages/step-types.ts';
import { configFile } from '../interpreter/config/found.ts';
import { registry } from '../steps/index.ts';
import { CommandError, exitCodes } from '../console/exit-codes.ts';
import { print, printError, printJson } from '../console/terminal.ts';

export async function pin(name: string, options: { readonly output?: string }): Promise<number> {
  const found = read(name);
  const { manifest, content } = found;
  const entry = { package: name, hash: content.hash };
  if (options.output === 'json') {
    await printJson({ type: manifest.type, ...entry, name: found.name, version: found.version, files: content.files.length });
    return exitCodes.succeeded;
  }
  await printError(declared(found));
  await print(`stepTypes:\n  ${manifest.type}:\n    package: ${JSON.stringify(entry.package)}\n    hash: ${entry.hash}`);
  return exitCodes.succeeded;
}

function read(name: string): StepTypePackage {
  try {
    const folder = packageFolder(name, process.cwd());
    const found = packageOf(folder, readPackageFiles(folder));
    if (registry.get(found.manifest.type) !== undefined)
      throw new PackageError(
        `${found.name}: the step type "${found.manifest.type}" is built in, and a package cannot replace it`,
      );
    return found;
  } catch (problem) {
    if (!(problem instanceof PackageError)) throw problem;
    throw new CommandError({
      exitCode: exitCodes.invalidDocument,
      message: problem.message,
      hint: 'docs/outside-step-types.md tells what a package of a step type contains',
    });
  }
}

/** What a reader of the change should know without opening the package. */
function declared({ name, version, folder, content, manifest }: StepTypePackage): string {
  const bytes = content.files.reduce((sum, { bytes: own }) => sum + own.byteLength, 0);
  const effects = [...new Set(manifest.facts.map(({ effect }) => effect))].join(', ');
  return [
    `${name} ${version}: ${manifest.summary}`,
    `${resolve(folder)}: ${String(content.files.length)} files, ${String(Math.ceil(bytes / 1024))} KiB; effects: ${effects};` +
      ` target: ${manifest.target?.types.join(', ') ?? 'none'}; secrets at: ${manifest.secretAt.join(', ') || 'nowhere but its target'}`,
    `It runs in the engine's process. For ${configFile}, after reading it:`,
  ].join('\n');
}
