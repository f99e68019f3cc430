/** The repository of the service as an operator has it checked out: scripts, load test, manifests. A copy, because runbooks edit it. */
import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceFolder } from '../../programs.ts';
import type { LabState } from '../../state.ts';
import { addressOf, runDirectory } from '../../state.ts';
import type { Manifest } from './cluster/manifests.ts';
import { readManifests } from './cluster/manifests.ts';
import { secrets } from './settings.ts';

export const checkoutFolder = (state: LabState): string => join(runDirectory(state.directory), 'checkout');

const manifestsFolder = 'infrastructure/kubernetes/ws-realtime';
/** A repository with one commit, by nobody whom a configuration of this machine knows. */
const commit = 'git init -q && git add . && git -c user.name=lab -c user.email=lab@localhost commit -q -m checkout';
const withBrokers = [`${manifestsFolder}/configmap.yaml`, 'docker-compose.yml'];

export interface Checkout {
  /** As it is in the repository, with the address of this lab's broker. */
  reset(): void;
  /** Changes a value of the ConfigMap. */
  configure(key: string, value: string): void;
  /** Secret with the real value, ConfigMap, Service and deployment: what a pod reads comes before it. */
  manifests(): readonly Manifest[];
}

export function createCheckout(state: LabState): Checkout {
  const folder = checkoutFolder(state);
  const edit = (file: string, how: (text: string) => string): void => {
    const path = join(folder, file);
    writeFileSync(path, how(readFileSync(path, 'utf8')));
  };
  const reset = (): void => {
    rmSync(folder, { recursive: true, force: true });
    cpSync(join(sourceFolder(), 'worlds', 'ws-realtime', 'checkout'), folder, { recursive: true });
    for (const file of withBrokers) edit(file, (text) => text.replace('localhost:9092', addressOf(state, 'kafka')));
    execFileSync('sh', ['-c', commit], { cwd: folder, stdio: 'ignore' });
  };
  reset();
  return {
    reset,
    configure: (key, value) => {
      edit(`${manifestsFolder}/configmap.yaml`, (text) => text.replace(new RegExp(`${key}: '[^']*'`), `${key}: '${value}'`));
    },
    manifests: () => [
      { kind: 'Secret', name: 'ws-realtime', data: { WS_AUTH_SECRET: secrets.current } },
      ...['configmap.yaml', 'service.yaml', 'deployment.yaml'].flatMap((file) =>
        readManifests(readFileSync(join(folder, manifestsFolder, file), 'utf8'), file),
      ),
    ],
  };
}
