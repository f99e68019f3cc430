/**
 * Programs that a configuration names for itself: commands that give secrets, packages of step types, the anchor. A file that came with a checkout or a
 * download must not run anything by being there, so each program is agreed to once by each user, by the hash of exactly what would be run.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { quoteWords } from '../clients/quote.ts';
import type { Anchor, Environment } from '../interpreter/config/config.ts';
import { unmistakableSecrets } from '../interpreter/config/credential-names.ts';
import { secretReference } from '../interpreter/config/secrets.ts';
import type { Plan } from '../interpreter/core/model/plan.ts';
import { secretsNeeded } from '../interpreter/engine/known-secrets.ts';
import { sanitize } from '../interpreter/guard/sanitize.ts';
import { sha256 } from '../interpreter/plan/hash.ts';
import { actorOf } from '../console/actor.ts';
import type { ActorOptions } from '../console/actor.ts';
import { usage } from '../console/exit-codes.ts';
import { stateRoot, writableStateRoot } from '../console/state-root.ts';
import { printError } from '../console/terminal.ts';

export interface TrustOptions extends ActorOptions {
  readonly trustConfig?: boolean;
  /** False: nobody is asked. */
  readonly questions?: boolean;
}

/** One program of a configuration. */
export interface ConfiguredProgram {
  /** What it is for: `secret token`. */
  readonly for: string;
  /** What is run, in words of a shell, or package and hash. Secrets that somebody wrote into it are masked. */
  readonly runs: string;
  /** Exactly what is run; never shown. */
  readonly exact: string;
}

/** One that is a command. */
export interface CommandProgram extends ConfiguredProgram {
  readonly argv: readonly string[];
}

/** What performing a plan may run beside its steps. */
export function programsOf(plan: Plan, environment: Environment): readonly ConfiguredProgram[] {
  return [
    ...[...secretsNeeded(plan, environment).keys()].flatMap((name) => secretProgram(environment, name)),
    ...Object.entries(plan.stepTypes ?? {}).map(([type, { package: name, hash }]) => ({
      for: `step type ${type}`,
      runs: `package ${name} (${hash})`,
      exact: `${name} ${hash}`,
    })),
    ...anchorPrograms(environment.anchor),
  ];
}

export function secretProgram(environment: Environment, name: string): readonly CommandProgram[] {
  const reference = Object.hasOwn(environment.secrets, name) ? environment.secrets[name] : undefined;
  const read = reference === undefined ? undefined : secretReference(reference);
  return read?.is === 'exec' ? [command(`secret ${name}`, read.argv)] : [];
}

export const anchorPrograms = (anchor: Anchor | undefined): readonly CommandProgram[] =>
  [anchor?.put, anchor?.get].flatMap((argv) => (argv === undefined ? [] : [command('anchor', argv)]));

const command = (purpose: string, argv: readonly string[]): CommandProgram => ({
  for: purpose,
  argv,
  runs: quoteWords(argv.map(withoutSecrets)),
  exact: JSON.stringify(argv),
});

const withoutSecrets = (word: string): string =>
  unmistakableSecrets.reduce((text, [, pattern]) => text.replace(pattern, '***'), word);

/** The same program of another file is another one: a relative command means something else there. */
const markOf = (root: string, config: string, { exact }: ConfiguredProgram): string =>
  join(root, 'trusted', sha256(JSON.stringify([config, exact])));

const isTrusted = (root: string, config: string, program: ConfiguredProgram): boolean =>
  existsSync(markOf(root, config, program));

/** The command of a secret that this user has not agreed to. */
export function untrustedProgram(config: string | undefined, environment: Environment, secret: string): string | undefined {
  const [program] = secretProgram(environment, secret);
  if (program === undefined || config === undefined || isTrusted(stateRoot(), config, program)) return undefined;
  return program.runs;
}

/** Nothing of the configuration has been run yet. Throws CommandError (2) where nobody agrees. */
export async function refuseUntrusted(
  config: string | undefined,
  programs: readonly ConfiguredProgram[],
  options: TrustOptions,
): Promise<void> {
  if (config === undefined || programs.length === 0) return;
  const root = writableStateRoot();
  const fresh = programs.filter((program) => !isTrusted(root, config, program));
  if (fresh.length === 0) return;
  const words = fresh.map((program) => `  ${program.for}: ${program.runs}`);
  if (options.trustConfig === true) refuseAgent(options);
  else if (!(await isAgreed(config, words, options)))
    throw usage(
      [`${config} names programs that you have not agreed to; nothing was run`, ...words].join('\n'),
      'look at them; then --trust-config agrees to them, once for your user',
    );
  mkdirSync(join(root, 'trusted'), { recursive: true, mode: 0o700 });
  const at = new Date().toISOString();
  for (const program of fresh)
    writeFileSync(markOf(root, config, program), JSON.stringify({ config, for: program.for, at }), {
      mode: 0o600,
    });
}

function refuseAgent(options: TrustOptions): void {
  if (actorOf(options).kind !== 'agent') return;
  throw usage(
    'an agent agrees to nothing, and so trusts no configuration',
    'the person runs it once, or `runbook doctor --trust-config`',
  );
}

async function isAgreed(config: string, words: readonly string[], options: TrustOptions): Promise<boolean> {
  const somebody = options.questions !== false && process.stdin.isTTY === true && process.stderr.isTTY === true;
  if (!somebody || ![undefined, 'person'].includes(actorOf(options).kind)) return false;
  await printError([`${config} names programs that you have not used before:`, ...words].join('\n'));
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(sanitize('Run them, now and in future? [y/N] '))).trim());
  } catch {
    return false;
  } finally {
    terminal.close();
  }
}
