/** Docker and Podman. `--host` may start a remote shell, so it is not listed. */
import type { Family, Grammar } from '../grammar.ts';

const format = '-f= --format= --no-trunc -q --quiet --filter=';
const ps = `-a --all -n= --last= -l --latest -s --size ${format}`;
const logs = '-f --follow --details --since= --until= -n= --tail= -t --timestamps';
const stats = '-a --all --no-stream --no-trunc --format=';
const inspect = '-f= --format= -s --size --type=';
const images = `-a --all --digests --tree ${format}`;

const reads: NonNullable<Grammar['verbs']> = {
  ps,
  inspect,
  logs,
  stats,
  top: '',
  images,
  version: '-f= --format=',
  info: '-f= --format=',
  port: '',
  events: '-f= --filter= --since= --until= --format=',
  history: '-H --human --no-trunc -q --quiet --format=',
  diff: '',
  search: '--limit= --filter= -f= --no-trunc --format=',
  container: {
    verbs: { ls: ps, list: ps, ps, inspect, logs, stats, top: '', port: '', diff: '' },
    writes: 'rm stop start kill restart prune create run update rename pause unpause',
  },
  image: {
    verbs: { ls: images, list: images, inspect, history: '-H --no-trunc -q --format=' },
    writes: 'rm prune pull push build tag load import',
  },
  network: {
    verbs: { ls: format, list: format, inspect: '-f= --format= -v --verbose' },
    writes: 'rm create connect disconnect prune',
  },
  volume: { verbs: { ls: format, list: format, inspect: '-f= --format=' }, writes: 'rm create prune update' },
  system: {
    verbs: { df: '-v --verbose --format=', info: '-f= --format=', events: '-f= --filter= --since= --until= --format=' },
    writes: 'prune',
  },
  context: { verbs: { ls: '-q --quiet --format=', show: '', inspect: '-f= --format=' }, writes: 'rm create use update import' },
  service: {
    verbs: { ls: format, inspect: '-f= --format= --pretty', ps: format, logs: `${logs} --raw --no-resolve --no-trunc` },
    writes: 'rm create update scale rollback',
  },
  node: { verbs: { ls: format, inspect: '-f= --format= --pretty', ps: format }, writes: 'rm update promote demote' },
  stack: { verbs: { ls: '--format=', ps: format, services: format }, writes: 'rm deploy' },
  compose: {
    options: '-f= --file= -p= --project-name= --profile= --ansi=',
    verbs: {
      ps: '-a --all --format= -q --quiet --services --status= --filter=',
      logs: `${logs} --no-color --no-log-prefix`,
      ls: '-a --all --format= -q --quiet --filter=',
      images: '-q --quiet --format=',
      top: '',
      version: '-f= --format= --short',
      port: '--index= --protocol=',
    },
    writes: 'up down start stop restart rm kill create build pull push pause unpause scale',
  },
};

const docker: Grammar = {
  options: '-c= --context= -l= --log-level= -D --debug',
  verbs: reads,
  writes:
    'rm rmi run start stop restart kill pause unpause update rename create commit cp build pull push tag load import prune swarm',
};

export const containers: Family = {
  docker,
  podman: {
    ...docker,
    options: '--log-level=',
    verbs: { ...reads, pod: { verbs: { ls: format, ps: format, inspect: '-f= --format=', stats, top: '' } } },
  },
  crictl: {
    options: '-t= --timeout=',
    verbs: {
      ps: '-a -q -o= --name= --pod= --state= --label= --image= --no-trunc',
      pods: '-q -o= --name= --namespace= --state= --label= --no-trunc',
      images: '-q -o= -v --no-trunc --digests',
      logs: '-f -t --tail= --since= -p',
      inspect: '-o=',
      inspectp: '-o=',
      inspecti: '-o=',
      stats: '-a -o=',
      version: '',
      info: '-o=',
    },
    writes: 'rm rmi rmp stop stopp start run runp create pull update',
  },
};
