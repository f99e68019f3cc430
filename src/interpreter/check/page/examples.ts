/** An example for each key of the language; the page shows them, and each is linted and planned by page.test.ts. */

type Examples = Readonly<Record<string, string>>;

const shell = 'type: shell, argv: [uptime]';
const set = 'type: flag, target: flags, flag: ws.degraded, set: true';

/** What the examples may name. */
export const around = `apiVersion: runbook/v1
id: example
title: Example
owners: [team]
inputs: { node: { type: string, default: n1 }, nodes: { type: list, of: string, default: [a, b] } }
targets: { flags: flag, team: chat, hosts: { type: ssh, many: true } }
`;

/** Keys of the document: lines of it. */
export const ofDocument: Examples = {
  apiVersion: 'apiVersion: runbook/v1',
  id: 'id: ws-desync',
  title: 'title: Order books of WebSocket clients are out of step',
  summary: 'summary: Rebuilds the books from snapshots and proves that clients agree.',
  severity: 'severity: SEV2',
  impact: 'impact: Traders see wrong prices.',
  owners: 'owners: [realtime]',
  links: 'links: { dashboard: "https://grafana.example/d/ws" }',
  estimate: 'estimate: 20m',
  schedule: 'schedule: daily',
  triggers: 'triggers: [{ alert: WsGaps, labels: { team: realtime }, inputs: { node: "{{alert.labels.instance}}" } }]',
  inputs: 'inputs: { node: { type: string, pattern: "^[a-z]+-[0-9]+$" } }',
  targets: 'targets: { flags: flag, hosts: { type: ssh, many: true } }',
  lock: 'lock: "ws@{{env.name}}"',
  deadline: 'deadline: 2h',
  onFailure: 'onFailure: ask',
  outputs: 'outputs: { load: steps.work.value }',
  preconditions: `preconditions: [{ id: ready, ${shell} }]`,
  evidence: `evidence: [{ id: load, ${shell} }]`,
  containment: `containment: [{ id: freeze, ${set}, undo: restore }]`,
  diagnosis: `diagnosis: [{ id: slow, ${shell}, expect: '!value.contains("load average: 9")' }]`,
  steps: `steps: [{ id: degrade, ${set}, undo: restore }]`,
  validations: `validations: [{ id: well, ${shell}, expect: 'value != ""' }]`,
  finally: `finally: [{ id: note, ${shell} }]`,
  postmortem: 'postmortem: [{ id: cause, type: ask, fields: { cause: { type: text } } }]',
  watch: `watch: [{ id: overdue, expect: 'run.elapsed < duration("1h")', then: [{ id: page, ${shell} }] }]`,
  comms: 'comms: [{ at: [finished], to: team, message: "{{run.title}}: {{run.outcome}}" }]',
};

/** Keys of an input. */
export const ofInputs: Examples = {
  type: '{ type: integer }',
  default: '{ type: integer, default: 3 }',
  description: '{ type: string, description: "Broker to restart" }',
  enum: '{ type: string, enum: [kafka-1, kafka-2] }',
  pattern: '{ type: string, pattern: "^kafka-[0-9]+$" }',
  min: '{ type: duration, min: 30s }',
  max: '{ type: integer, max: 50 }',
  of: '{ type: list, of: string }',
  neededBy: '{ type: string, neededBy: work }',
};

/** Keys of a step: a step under `steps:`. */
export const ofSteps: Examples = {
  id: `{ id: look, ${shell} }`,
  title: `{ id: look, title: "Load of {{inputs.node}}", ${shell} }`,
  note: `{ id: look, note: "Above 8 means **overloaded**", ${shell} }`,
  type: `{ id: look, ${shell} }`,
  steps: `{ id: both, steps: [{ id: one, ${shell} }, { id: two, ${shell} }] }`,
  target: '{ id: look, type: shell, target: hosts/ws-1, argv: [uptime] }',
  at: '{ id: look, type: shell, target: hosts/ws-1, at: { host: "{{inputs.node}}" }, argv: [uptime] }',
  when: `{ id: look, when: 'env.name == "prod"', ${shell} }`,
  forEach: '{ id: look, forEach: inputs.nodes, type: shell, argv: [echo, "{{item}}"], reads: true }',
  as: '{ id: look, forEach: inputs.nodes, as: node, type: shell, argv: [echo, "{{node}}"], reads: true }',
  parallel: `{ id: look, forEach: inputs.nodes, parallel: 2, ${shell} }`,
  atLeast: `{ id: reachable, atLeast: 1, steps: [{ id: one, ${shell} }, { id: two, ${shell} }] }`,
  needs: `{ id: both, parallel: true, steps: [{ id: one, ${shell} }, { id: two, needs: [one], ${shell} }] }`,
  confirm: `{ id: degrade, ${set}, undo: restore, confirm: { message: "Degrade {{inputs.node}}?", typed: "{{inputs.node}}" } }`,
  offer: `{ id: degrade, ${set}, undo: restore, offer: "Shall it be degraded?" }`,
  approve: `{ id: degrade, ${set}, undo: restore, approve: { from: [lead], timeout: 15m } }`,
  value: `{ id: look, ${shell}, value: size(result.stdout) }`,
  sensitive: '{ id: token, type: shell, argv: [issue-token], reads: true, sensitive: /stdout }',
  expect: `{ id: look, ${shell}, expect: 'value != ""' }`,
  until: `{ id: look, ${shell}, until: 'value.contains("load")', timeout: 1m }`,
  every: `{ id: look, ${shell}, until: 'value.contains("load")', every: 5s, timeout: 1m }`,
  for: `{ id: look, ${shell}, until: 'value.contains("load")', for: 30s, timeout: 2m }`,
  timeout: `{ id: look, ${shell}, timeout: 10s }`,
  abortWhen: `{ id: look, ${shell}, until: 'value.contains("load")', abortWhen: 'value == ""', timeout: 1m }`,
  onNoData: `{ id: look, ${shell}, onNoData: absent, expect: 'value != "x"' }`,
  retry: `{ id: look, ${shell}, retry: { attempts: 3, delay: 2s, classes: [exit-code] } }`,
  effect: `{ id: degrade, ${set}, undo: restore, effect: destructive }`,
  repeatable: '{ id: poke, type: shell, argv: [touch, /tmp/poked], repeatable: true, undo: none }',
  doneWhen: `{ id: degrade, ${set}, undo: restore, doneWhen: { type: flag, target: flags, flag: ws.degraded, expect: value == true, within: 1m } }`,
  within: `{ id: degrade, ${set}, undo: restore, doneWhen: { type: flag, target: flags, flag: ws.degraded, expect: value == true, within: 1m } }`,
  undo: '{ id: config, type: file, edit: app.yaml, set: { host: new }, undo: [restore, { type: shell, argv: [systemctl, reload, app] }] }',
  onFailure: `{ id: look, ${shell}, onFailure: continue }`,
  critical: `{ id: look, ${shell}, critical: false }`,
  finding: `{ id: look, ${shell}, expect: 'value == ""', finding: true }`,
  evidence: `{ id: look, ${shell}, evidence: true }`,
};

/** Keys of a guard: an entry under `watch:`. */
export const ofGuards: Examples = {
  from: `{ id: guard, from: work, to: work, expect: 'run.elapsed < duration("1h")' }`,
  to: `{ id: guard, from: work, to: work, expect: 'run.elapsed < duration("1h")' }`,
  then: `{ id: guard, expect: 'run.elapsed < duration("1h")', then: [{ id: page, ${shell} }] }`,
  repeat: `{ id: guard, type: shell, argv: [uptime], expect: 'value != ""', for: 10m, repeat: 30m, then: [{ id: page, ${shell} }] }`,
  levels: `{ id: guard, type: shell, argv: [uptime], expect: 'value != ""', levels: [{ for: 5m, then: [{ id: page, ${shell} }] }, { for: 15m, then: [{ id: lead, ${shell} }] }] }`,
};

/** Keys of a message: an entry under `comms:`. */
export const ofMessages: Examples = {
  id: '{ id: over, at: [finished], to: team, message: Over }',
  at: '{ at: [started, work], to: team, message: "{{run.step}}" }',
  every: '{ every: 15m, to: team, message: "{{run.title}}, {{duration run.elapsed}} so far" }',
  to: '{ at: [finished], to: team, message: Over }',
  message: '{ at: [failed], to: team, message: "{{#if run.changed}}Changed things, then failed{{else}}Failed{{/if}}" }',
  when: '{ at: [finished], to: team, message: Over, when: "run.changed" }',
  attach: '{ at: [finished], to: team, message: Over, attach: [report] }',
  title: '{ at: [finished], to: team, title: Over, message: "All is well" }',
  severity: '{ at: [failed], to: team, message: Failed, severity: SEV2 }',
  status: '{ at: [finished], to: team, message: Over, status: resolved }',
  components: '{ at: [finished], to: team, message: Over, components: { api: operational } }',
};

/** What an expression may read: the root and what it is, with a condition of a check after the step `work`. */
export const ofRoots: Readonly<Record<string, readonly [meaning: string, condition: string]>> = {
  inputs: ['The inputs, as their declared types.', 'inputs.node == "n1"'],
  targets: ['A single target is its name, one with `many` the list of its members.', 'targets.flags == "flags"'],
  links: ['The links of the document.', 'size(links) >= 0'],
  env: ['The environment: `name`, `rehearsal`, and the facts that the configuration declares.', 'env.name != "prod"'],
  run: ['The run.', 'run.elapsed < duration("1h") && !run.changed'],
  step: ['The step at hand; `before` is what was read just before it (doneWhen).', 'step.attempt >= 0'],
  steps: ['The records of the steps before this one, by id.', 'steps.work.ok && steps.work.value != ""'],
};
