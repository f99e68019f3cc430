import { expect, it } from 'vitest';
import { readConfig } from './read.ts';

const findings = (agents: string): readonly string[] =>
  readConfig(`environments: { prod: {}, lab: { rehearsal: true } }\nagents: ${agents}\n`, 'c.yaml').diagnostics.map(
    ({ line, column, severity, message }) => `${String(line)}:${String(column)} ${severity}: ${message}`,
  );

it('reads what an agent may start where', () => {
  const { config } = readConfig(
    'environments: { lab: { rehearsal: true } }\nagents: { a: { mayStart: { lab: [x] } } }\n',
    'c.yaml',
  );
  expect(config.agents).toEqual({ a: { mayStart: { lab: ['x'] } } });
});

it('accepts a policy for rehearsals as it is, and one for a named account', () => {
  expect(findings('{ a: { mayStart: { lab: ["*"] } }, b: { account: svc, mayStart: { prod: [x] } } }')).toEqual([]);
});

it('refuses what it does not know, with its place', () => {
  expect(findings('{ a: { maystart: {} } }')).toEqual(['2:16 error: unknown key "maystart" of agent "a"']);
  expect(findings('{ a: { mayStart: { porod: [x] } } }')).toEqual(['2:28 error: unknown environment "porod"']);
  expect(findings('{ a: { mayStart: { lab: x } } }')).toEqual(['2:28 error: expected a list of runbooks']);
  expect(findings('{ a: [x] }')).toEqual(['2:11 error: agent "a" must be a mapping']);
  expect(findings('{ a: { account: 7 } }')).toEqual(['2:16 error: account must be a user of the host']);
});

it('warns of a policy that may allow more than was meant', () => {
  expect(findings('{ a: { mayStart: { prod: ["*"] } } }')).toEqual([
    '2:28 warning: a may start every runbook in prod, also those that are written later, and nobody is asked',
    '2:11 warning: a has no account: whoever runs `runbook mcp --agent a` may start what it may start',
  ]);
});
