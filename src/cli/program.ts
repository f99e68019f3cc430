/** The command tree: argument parsing and help by commander, one module per verb, loaded only when called. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { exitCodes } from '../console/exit-codes.ts';
import { concluded } from '../console/problem.ts';
import type { VerbWithOutput } from '../console/output-forms.ts';
import { outputForms } from '../console/output-forms.ts';
import type { Field, Given } from '../ui/controls.ts';
import { byGroup, groupOf } from './help-groups.ts';
import { flagsOf, quickVerbs } from './quick.ts';
import { print, printError } from '../console/terminal.ts';
import { refuseUnsafeVariables } from '../console/unsafe-variables.ts';
import { defaults } from '../team/defaults.ts';
import { verbShapes } from './verb-shapes.ts';
import { version } from '../console/version.ts';

/** `-o` of a verb, with the forms that it knows. */
const withOutput = (command: Command, fallback?: string): Command => {
  const forms = outputForms[command.name() as VerbWithOutput];
  return command.addOption(new Option('-o, --output <form>', 'form of the result').choices(forms).default(fallback));
};

const collect = (value: string, all: readonly string[]): readonly string[] => [...all, value];

const count = (value: string): number => {
  if (/^[1-9]\d{0,2}$/.test(value)) return Number(value);
  throw new InvalidArgumentError('Give a whole number from 1 to 999.');
};

/** Verbs whose exit code is the outcome of a run. */
const runVerbs: ReadonlySet<string> = new Set(['run', 'resume', 'undo', 'attach', 'engine']);

/** Verbs that speak to servers. */
const reachingVerbs: ReadonlySet<string> = new Set([
  'run',
  'check',
  'resume',
  'undo',
  'engine',
  'doctor',
  'pin',
  'mcp',
  'worker',
  'serve',
]);

/** Runs one command line to its exit code; a problem has been reported. */
export const reportedProgram = (argv: readonly string[]): Promise<number> =>
  concluded(program(argv), runVerbs.has(argv[0] ?? ''));

/** Runs one command line; returns the exit code. */
export async function program(argv: readonly string[]): Promise<number> {
  let code: number = exitCodes.succeeded;
  const root = new Command('runbook');
  root
    .description('Incident procedures as code: check them early, run them once, keep the record, undo them.')
    .version(version, '-V, --version')
    .showHelpAfterError('(`runbook --help` shows all commands)')
    .configureHelp({ groupItems: byGroup })
    .exitOverride()
    .configureOutput({ writeOut: (text) => void print(text), writeErr: (text) => void printError(text) });
  root.hook('preAction', (_, verb) => {
    if (reachingVerbs.has(verb.name())) refuseUnsafeVariables();
  });
  const does =
    <A extends unknown[]>(load: () => Promise<(...args: A) => Promise<number>>) =>
    async (...args: A): Promise<void> => {
      code = await (await load())(...args);
    };
  const trusting = (command: Command): Command =>
    command.option('--trust-config', 'agree to the programs that the configuration names, once for your user');
  const withPlan = (command: Command): Command =>
    command
      .option('-i, --input <name=value>', 'an input of the runbook (repeatable)', collect, [])
      .option('--input-file <file>', 'inputs as YAML or JSON')
      .option('--alert <file>', 'the alert to answer, as Alertmanager sends it to a webhook: fills inputs by `triggers`')
      .option('-e, --env <name>', 'environment of the configuration')
      .option('--config <file>', 'configuration file (default: nearest runbook.config.yaml upward)')
      .option('--catalogue <folder>', 'folder of runbooks (default: nearest runbooks.yaml.d upward)');
  const acted = (command: Command): Command =>
    command
      .option('--operator <name>', 'name to record (claimed; the user of the system is recorded beside it)')
      .option('--actor-kind <kind>', 'who acts: person, agent, schedule or webhook; only a person can agree to anything')
      .option('--on-behalf-of <name>', 'the person for whom an agent, schedule or webhook acts');
  const answering = (command: Command): Command =>
    acted(command)
      .option('-y, --yes', 'agree to every confirmation that does not have to be typed')
      .option('--answer <step=value>', 'answer a question of a step beforehand (repeatable)', collect, [])
      .option('--reason <text>', 'reason recorded with those answers')
      .option('--no-questions', 'nobody can answer: an unanswered question ends the run with exit code 8')
      .option('--foreground', 'end the run when this terminal closes (default: it continues, and `attach` shows it)');

  const steering = (command: Command): Command => acted(command.option('--reason <text>', 'reason to record'));
  /** The arguments after the run are the named fields, in order; the last one takes all that follow. */
  const steers = (usage: string, description: string, fields: readonly Field[] = []): void => {
    const command = steering(root.command(usage)).description(description);
    command.action(async () => {
      const [run = '', ...rest] = command.args;
      const given = fields.map((field, index) => [
        field,
        index === fields.length - 1 ? rest.slice(index).join(' ') : rest[index],
      ]);
      const { steer } = await import('../commands/control-command.ts');
      code = await steer(run, command.name(), Object.fromEntries(given) as Given, command.opts());
    });
  };
  const acting = (): void => {
    steering(root.command('answer <run> <step> <text...>'))
      .description('answer the open question of a step')
      .action(does(async () => (await import('../commands/control-command.ts')).answer));
    withOutput(acted(root.command('approvals')))
      .description('list what you may approve now, in runs of any user of this host')
      .action(does(async () => (await import('../commands/approvals.ts')).approvals));
    steers('pause <run>', 'start no new step; steps that are running continue');
    steers('continue <run>', 'continue after a pause, or by one step in step mode');
    steers('step <run>', 'turn step mode on or off: each step waits for `continue`');
    steers('skip <run> <step>', 'skip a step, or end it if it is running (needs --reason)', ['step']);
    steers('retry <run> <step>', 'make the next attempt of a step now', ['step']);
    steers('extend <run> <step> <duration>', 'give a wait, a step or a question more time (needs --reason)', [
      'step',
      'duration',
    ]);
    steers('input <run> <name> <value>', 'change an input for steps that have not started (needs --reason)', ['name', 'value']);
    steers('note <run> <text...>', 'write a note into the record of a running run', ['text']);
    steering(root.command('abort <run>'))
      .description('stop a running run; `finally` steps still run (needs --reason)')
      .option('--undo', 'also undo its changes')
      .option('--force', 'stop at once, without undo and `finally`')
      .action(does(async () => (await import('../commands/control-command.ts')).abort));
  };

  withOutput(trusting(answering(withPlan(root.command('run [runbook]')))))
    .description('execute a runbook by id, path or alert name; without a name, choose on the screen')
    .option('--only <section>', 'only "diagnosis": preconditions, evidence and diagnosis, changes nothing')
    .option('--to <step>', 'stop after this step or group')
    .option('--report <file>', 'write the report there at the end: .md, .html, .json or .xml (JUnit)')
    .action(does(async () => (await import('../commands/run.ts')).run));
  withOutput(withPlan(root.command('plan [runbook]')))
    .description('show what a run will do: commands, targets, questions, undo; connects to nothing')
    .option('--only <section>', 'only "diagnosis"')
    .option('--to <step>', 'stop after this step or group')
    .action(does(async () => (await import('../commands/plan.ts')).plan));
  withOutput(trusting(answering(withPlan(root.command('check [runbook]')))))
    .description('run the reads and preview the writes; change nothing')
    .action(does(async () => (await import('../commands/check.ts')).check));
  for (const verb of quickVerbs) {
    const command = root.command(verb.usage).description(verb.description);
    for (const option of verb.options) {
      const made = new Option(flagsOf(option), option.description);
      command.addOption(option.choices === undefined ? made : made.choices(option.choices));
    }
    command.action(async () => {
      code = await verb.call(command.args, command.opts<Record<string, string>>());
    });
  }
  root
    .command('explain [code]')
    .description('explain a lint rule, with examples')
    .action(does(async () => (await import('../commands/explain.ts')).explain));
  root
    .command('show <runbook>')
    .description('print the runbook as a page to follow by hand')
    .option('-i, --input <name=value>', 'an input to fill in (repeatable)', collect, [])
    .option('--catalogue <folder>', 'folder of runbooks')
    .action(does(async () => (await import('../commands/show/show.ts')).show));
  root
    .command('new <id>')
    .description('write a new runbook that lints clean')
    .option('--title <text>', 'title')
    .option('--owner <name>', 'owner (repeatable)', collect, [])
    .option('--severity <severity>', 'SEV1 to SEV4')
    .option('--alert <name>', 'alert that it answers')
    .option('--folder <name>', 'folder inside the catalogue')
    .option('--catalogue <folder>', 'folder of runbooks')
    .action(does(async () => (await import('../commands/new.ts')).newRunbook));
  root
    .command('import <file>')
    .description('make a draft of a runbook from a Markdown one, and list what a person must decide')
    .option('--into <file>', 'write the draft there instead of printing it')
    .action(does(async () => (await import('../commands/import/import.ts')).importMarkdown));
  root
    .command('schema [type]')
    .description('print the JSON Schema of runbooks, or of one step type')
    .option('--config <file>', 'also the step types from outside that this configuration names')
    .action(does(async () => (await import('../commands/schema.ts')).schema));
  root
    .command('docs [type]')
    .description('print the page of a step type, or of `language` and `functions` (default: list the step types)')
    .option('--config <file>', 'configuration file (default: nearest runbook.config.yaml upward)')
    .option('--into <folder>', 'write the pages there instead, as TYPE.md')
    .action(does(async () => (await import('../commands/docs.ts')).docs));
  withOutput(root.command('pin <package>'))
    .description('check a step type from outside and print the lines that pin it in a configuration')
    .action(does(async () => (await import('../commands/pin.ts')).pin));
  withOutput(root.command('runs [run]'))
    .description('list the runs of this machine, or show one in full')
    .option('--runbook <id>', 'only runs of this runbook')
    .option('--state <state>', 'only running, waiting, interrupted, finished or damaged ones, or those with this outcome')
    .option('--operator <name>', 'only those that this operator started')
    .option('--since <duration>', 'only those that began in the last 12h, 7d ...')
    .option('--last <n>', 'only the newest so many')
    .action(does(async () => (await import('../commands/runs.ts')).runs));
  withOutput(trusting(root.command('verify <run>')))
    .description('verify that the record of a run is complete and unchanged')
    .option('--head <hash>', 'a hash that was kept elsewhere: the record must contain it')
    .option('--config <file>', 'configuration whose anchor is asked (default: the one that the run used)')
    .action(does(async () => (await import('../commands/verify.ts')).verify));
  withOutput(root.command('stats [runbook]'))
    .description('show how often each runbook ran, how long, where it failed, when it was last rehearsed')
    .action(does(async () => (await import('../commands/stats.ts')).stats));
  const resuming = (command: Command): Command =>
    command.option(
      '-i, --input <name=reference>',
      'where a secret input comes from now: env:VARIABLE or file:PATH (repeatable)',
      collect,
      [],
    );
  withOutput(trusting(answering(resuming(root.command('resume <run>')))))
    .description('continue an interrupted run, from its own copy of the runbook')
    .option('--config <file>', 'configuration file')
    .option('--report <file>', 'write the report there at the end: .md, .html, .json or .xml (JUnit)')
    .action(does(async () => (await import('../commands/resume.ts')).resume));
  withOutput(acted(root.command('attach [run]')))
    .description('show and steer a run from this terminal (default: the one that is running)')
    .option('--watch', 'show it without the controls')
    .action(does(async () => (await import('../commands/attach.ts')).attach));
  acting();
  root.command('engine', { hidden: true }).action(does(async () => (await import('../session/engine-process.ts')).engine));
  withOutput(trusting(answering(resuming(root.command('undo <run>')))))
    .description('undo what a finished run changed, as a new run')
    .option('--config <file>', 'configuration file')
    .option('--report <file>', 'write the report there at the end: .md, .html, .json or .xml (JUnit)')
    .action(does(async () => (await import('../commands/undo.ts')).undo));
  root
    .command('abandon <run>')
    .description('close an interrupted run without continuing it')
    .requiredOption('--reason <text>', 'why')
    .action(does(async () => (await import('../commands/abandon.ts')).abandon));
  withOutput(root.command('report <run>'), 'markdown')
    .description('write the report of a run')
    .action(does(async () => (await import('../commands/report.ts')).report));
  trusting(root.command('doctor'))
    .description('check this machine: programs, secrets, targets')
    .option('--config <file>', 'configuration file')
    .option('-e, --env <name>', 'also check the secrets and targets of this environment')
    .action(does(async () => (await import('../commands/doctor/doctor.ts')).doctor));
  withOutput(root.command('rehearse [runbook...]'))
    .description('rehearse runbooks in the worlds of their rehearsal files, and what notices a step that does nothing')
    .option('--world <name>', 'only this world (repeatable)', collect, [])
    .option('--no-sabotage', 'only the worlds: no step is lost')
    .option('--mutants', 'also try mistakes: checks removed, thresholds loosened, conditions inverted (takes longer)')
    .option('--record', 'write what steps answered beside the runbook, for `runbook test`')
    .option('--changed <since>', 'only runbooks that git says were changed since this commit or branch')
    .option(
      '--jobs <n>',
      'rehearse side by side: different systems, and copies of one whose file says how they are kept apart',
      count,
    )
    .option('--tries <n>', 'try a rehearsal that ended otherwise than expected again, up to so many times in all', count)
    .option('--keep', 'keep the records of all runs, not only of those that ended otherwise than expected')
    .option('--catalogue <folder>', 'folder of runbooks (default: nearest runbooks.yaml.d upward)')
    .action(does(async () => (await import('../commands/rehearse/rehearse.ts')).rehearse));
  withOutput(root.command('test [runbook...]'))
    .description('try every failure point of runbooks without a system, and tell what happens at each')
    .option('--case <name>', 'only this case or recorded world (repeatable)', collect, [])
    .option('--catalogue <folder>', 'folder of runbooks (default: nearest runbooks.yaml.d upward)')
    .action(does(async () => (await import('../commands/test/test.ts')).test));
  root
    .command('rehearsal-run', { hidden: true })
    .action(does(async () => (await import('../commands/rehearse/rehearsal-run.ts')).rehearsalRun));
  withOutput(root.command('lab <verb> [words...]'))
    .description(
      'control worlds of real servers to rehearse on: worlds; then, each [WORLD]: up, down, status, fault NAME, heal, verify, env, config',
    )
    .action(does(async () => (await import('../commands/lab.ts')).lab));
  root
    .command('mcp')
    .description(
      'serve the tools of an agent over stdio (Model Context Protocol): it looks, requests runs and follows them; people agree',
    )
    .option('--agent <name>', 'name of the agent, for the record and the policy (`agents` of the configuration)')
    .option('--on-behalf-of <name>', 'the person for whom it acts')
    .option('--config <file>', 'configuration file (default: nearest runbook.config.yaml upward)')
    .option('--catalogue <folder>', 'folder of runbooks (default: nearest runbooks.yaml.d upward)')
    .action(does(async () => (await import('../commands/mcp.ts')).mcp));
  root
    .command('worker')
    .description('carry runs of a team: take them from a queue of Temporal and perform their steps here')
    .option('--address <host:port>', `where Temporal is (default: ${defaults.address})`)
    .option('--namespace <name>', `namespace of the runs (default: ${defaults.namespace})`)
    .option('--queue <name>', `queue of the runs (default: ${defaults.queue})`)
    .option('--zone <name>', 'perform only the steps whose targets are in this zone')
    .option('--config <file>', 'configuration of this worker: its addresses and secrets (default: the one that the run names)')
    .option('--attempts <n>', `most steps at once (default: ${String(defaults.attempts)})`)
    .option('--heartbeat <duration>', `how long it may be silent before it counts as lost (default: ${defaults.heartbeat})`)
    .action(does(async () => (await import('../commands/worker.ts')).worker));
  root
    .command('serve')
    .description('serve pages for people, a webhook for alerts and the tools of agents over HTTP')
    .option('--config <file>', 'configuration file (default: nearest runbook.config.yaml upward)')
    .option('--catalogue <folder>', 'folder of runbooks (default: nearest runbooks.yaml.d upward)')
    .option('--listen <host:port>', 'where to listen (default: 127.0.0.1:8765)')
    .option('--socket <path>', 'listen on a unix socket instead')
    .option('--team <host:port>', 'runs of a team: where Temporal is (default: runs of this machine)')
    .option('--namespace <name>', `namespace of the team's runs (default: ${defaults.namespace})`)
    .option('--queue <name>', `queue of the team's runs (default: ${defaults.queue})`)
    .option('--heartbeat <duration>', `how long a worker may be silent before it counts as lost (default: ${defaults.heartbeat})`)
    .option('--new-token', 'print a new token and its hash for the configuration')
    .action(does(async () => (await import('../commands/serve.ts')).serve));
  root
    .command('completion <shell>')
    .description('print the completion of a shell: bash, zsh or fish')
    .action(does(async () => (await import('../commands/completion/completion.ts')).completion));
  root
    .command('complete [words...]', { hidden: true })
    .allowUnknownOption()
    .action(async (words: readonly string[]) => {
      const { complete } = await import('../commands/completion/completion.ts');
      code = await complete(verbShapes(root), words);
    });
  for (const command of root.commands) command.helpGroup(groupOf(command.name()));
  try {
    await root.parseAsync([...argv], { from: 'user' });
  } catch (problem) {
    if (!(problem instanceof CommanderError)) throw problem;
    return problem.exitCode === 0 ? exitCodes.succeeded : exitCodes.usage;
  }
  return code;
}
