/** `agents` of a configuration: what each agent may start without asking a person. Everything else it may only request. */
import type { Json } from '../core/model/value.ts';
import { suggestion } from '../language/suggest.ts';
import type { AgentPolicy, Environment } from './types.ts';

type Mapping = Readonly<Record<string, Json>>;

/** In the list of an environment: every runbook. */
export const everyRunbook = '*';

/** What is wrong with one entry, at its keys below `agents`. */
export interface AgentProblem {
  readonly at: readonly string[];
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly hint: string;
}

const form = '{ account: svc-triage, mayStart: { staging: [ws-desync] } }';

export function readAgents(
  entries: Mapping,
  environments: Readonly<Record<string, Environment>>,
): { readonly agents: Readonly<Record<string, AgentPolicy>>; readonly problems: readonly AgentProblem[] } {
  const read = Object.entries(entries).map(([name, entry]) => [name, readAgent(name, entry, environments)] as const);
  return {
    agents: Object.fromEntries(read.flatMap(([name, { policy }]) => (policy === undefined ? [] : [[name, policy]]))),
    problems: read.flatMap(([, { problems }]) => problems),
  };
}

interface ReadAgent {
  readonly policy?: AgentPolicy;
  readonly problems: readonly AgentProblem[];
}

function readAgent(name: string, entry: Json, environments: Readonly<Record<string, Environment>>): ReadAgent {
  const wrong = (at: readonly string[], message: string, hint: string): AgentProblem => ({
    at: [name, ...at],
    severity: 'error',
    message,
    hint,
  });
  if (!isMapping(entry)) return { problems: [wrong([], `agent "${name}" must be a mapping`, form)] };
  const { account, mayStart = {}, ...rest } = entry;
  const problems = Object.keys(rest).map((key) =>
    wrong([key], `unknown key "${key}" of agent "${name}"`, suggestion(key, ['account', 'mayStart']) ?? form),
  );
  if (account !== undefined && (typeof account !== 'string' || account === ''))
    problems.push(wrong(['account'], 'account must be a user of the host', 'svc-triage, or user:1001'));
  if (!isMapping(mayStart)) return { problems: [...problems, wrong(['mayStart'], 'mayStart must be a mapping', form)] };
  const allowed = Object.entries(mayStart).map(([environment, runbooks]): readonly [string, readonly string[]] => {
    const at = ['mayStart', environment];
    if (!Object.hasOwn(environments, environment)) {
      const known = Object.keys(environments);
      problems.push(
        wrong(at, `unknown environment "${environment}"`, suggestion(environment, known) ?? `one of ${known.join(', ')}`),
      );
    }
    if (isTexts(runbooks)) return [environment, runbooks];
    problems.push(wrong(at, 'expected a list of runbooks', '[ws-desync], or ["*"] for every runbook'));
    return [environment, []];
  });
  const own = typeof account === 'string' ? { account } : {};
  const policy: AgentPolicy = { ...own, mayStart: Object.fromEntries(allowed) };
  return { policy, problems: [...problems, ...warnings(name, policy, environments)] };
}

/** What is possible, and perhaps more than was meant. */
function warnings(
  name: string,
  policy: AgentPolicy,
  environments: Readonly<Record<string, Environment>>,
): readonly AgentProblem[] {
  const real = Object.entries(policy.mayStart).filter(
    ([environment, runbooks]) => runbooks.length > 0 && environments[environment]?.rehearsal === false,
  );
  const warning = (at: readonly string[], message: string, hint: string): AgentProblem => ({
    at: [name, ...at],
    severity: 'warning',
    message,
    hint,
  });
  return [
    ...real
      .filter(([, runbooks]) => runbooks.includes(everyRunbook))
      .map(([environment]) =>
        warning(
          ['mayStart', environment],
          `${name} may start every runbook in ${environment}, also those that are written later, and nobody is asked`,
          'list the runbooks',
        ),
      ),
    ...(real.length > 0 && policy.account === undefined
      ? [
          warning(
            [],
            `${name} has no account: whoever runs \`runbook mcp --agent ${name}\` may start what it may start`,
            'account: the user of the host that the agent runs as',
          ),
        ]
      : []),
  ];
}

const isMapping = (json: Json | undefined): json is Mapping => typeof json === 'object' && json !== null && !Array.isArray(json);

const isTexts = (json: Json): json is readonly string[] => Array.isArray(json) && json.every((one) => typeof one === 'string');
