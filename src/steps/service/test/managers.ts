/** docker, kubectl, systemctl and aws as programs in a folder for PATH: each prints what the real one prints about services that the test made up. */
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Service {
  readonly on: boolean;
  readonly replicas: number;
  readonly image: string;
  /** Counts starts. */
  readonly life: number;
  /** Readings until it is healthy after a start. */
  readonly slow: number;
  /** Readings that are still to come before it is healthy. */
  readonly pending: number;
  /** Starts again by itself at every reading. */
  readonly crashes: boolean;
  /** What its commands print to stderr, with exit code 1. */
  readonly refuses?: string;
}

export interface Managers {
  readonly path: string;
  set(name: string, service: Partial<Service>): void;
  get(name: string): Service;
  /** Commands that acted, as their words. */
  acted(): readonly string[];
}

export function makeManagers(): Managers {
  const path = mkdtempSync(join(tmpdir(), 'runbook-managers-'));
  const file = join(path, 'services.json');
  const journal = join(path, 'acted');
  writeFileSync(file, '{}');
  writeFileSync(journal, '');
  for (const name of ['docker', 'kubectl', 'systemctl', 'aws', 'sudo']) {
    const program = join(path, name);
    writeFileSync(program, `#!${process.execPath}\n${source(file, journal)}`);
    chmodSync(program, 0o755);
  }
  const all = (): Record<string, Service> => JSON.parse(readFileSync(file, 'utf8')) as Record<string, Service>;
  const fresh: Service = { on: true, replicas: 1, image: 'web:1', life: 1, slow: 0, pending: 0, crashes: false };
  return {
    path,
    set: (name, service) => {
      const before = all();
      writeFileSync(file, JSON.stringify({ ...before, [name]: { ...(before[name] ?? fresh), ...service } }));
    },
    get: (name) => all()[name] ?? fresh,
    acted: () => readFileSync(journal, 'utf8').split('\n').filter(Boolean),
  };
}

const source = (file: string, journal: string): string => `
const fs = require('node:fs');
const { basename } = require('node:path');
let [program, ...words] = [basename(process.argv[1]), ...process.argv.slice(2)];
const asRoot = program === 'sudo';
if (asRoot) [, program, ...words] = words;
const services = JSON.parse(fs.readFileSync(${JSON.stringify(file)}, 'utf8'));
const name = words.map((word) => word.replace(/^deploy\\//, '')).find((word) => services[word] !== undefined);
const one = services[name];
const fail = (text) => { console.error(text); process.exit(1); };
const save = () => fs.writeFileSync(${JSON.stringify(file)}, JSON.stringify(services));
const verb = words.find((word) => /^(inspect|get|show|describe-instance-status|restart|start|stop|scale|rollout|set|start-instances|stop-instances)$/.test(word));
if (/^(inspect|get|show|describe-instance-status)$/.test(verb)) {
  if (program === 'systemctl' && one === undefined) { console.log('LoadState=not-found\\nActiveState=inactive'); process.exit(0); }
  if (one === undefined) fail(program + ': no such object');
  const ready = one.on && one.pending === 0;
  if (one.pending > 0) one.pending -= 1;
  if (one.crashes && one.on) one.life += 1;
  save();
  if (program === 'docker')
    console.log(JSON.stringify([{ Id: 'c1', RestartCount: one.life, Config: { Image: one.image },
      State: { Status: one.on ? 'running' : 'exited', StartedAt: String(one.life), Health: { Status: ready ? 'healthy' : 'starting' } } }]));
  if (program === 'systemctl')
    console.log(['LoadState=loaded', 'ActiveState=' + (ready ? 'active' : one.on ? 'activating' : 'inactive'), 'InvocationID=' + one.life, 'NRestarts=0'].join('\\n'));
  if (program === 'kubectl')
    console.log(JSON.stringify({ kind: one.kind ?? 'Deployment', metadata: { uid: 'u', generation: one.life },
      spec: { replicas: one.replicas, template: { spec: { containers: [{ image: one.image }] } } },
      status: { observedGeneration: one.life, replicas: one.replicas, updatedReplicas: one.replicas, readyReplicas: ready ? one.replicas : 0 } }));
  if (program === 'aws')
    console.log(JSON.stringify({ InstanceStatuses: [{ InstanceState: { Name: one.on ? 'running' : 'stopped' },
      InstanceStatus: { Status: ready ? 'ok' : 'initializing' }, SystemStatus: { Status: 'ok' } }] }));
  process.exit(0);
}
fs.appendFileSync(${JSON.stringify(journal)}, (asRoot ? 'sudo ' : '') + [program, ...words].join(' ') + '\\n');
if (one === undefined) fail('no such object');
if (one.refuses !== undefined) fail(one.refuses);
one.life += 1;
one.pending = one.slow;
if (verb.startsWith('stop')) one.on = false;
else one.on = true;
for (const word of words) {
  if (word.startsWith('--replicas=')) one.replicas = Number(word.slice(11));
  if (word.startsWith('*=')) one.image = word.slice(2);
}
save();
`;
