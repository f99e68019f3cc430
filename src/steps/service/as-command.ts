/** The command of the manager, as the step gives it; on another host by ssh. */
import { readKubernetesTarget } from '../../clients/kubernetes-target.ts';
import { overSsh } from '../../clients/ssh-typed.ts';
import type { AsCommand, CommandPlace } from '../../interpreter/port/command-line.ts';
import { textIn, typed, variable } from '../../interpreter/port/command-line.ts';
import { aws, readAwsTarget } from './aws.ts';
import { docker, readDockerTarget } from './docker.ts';
import { kubernetesManager } from './kubernetes.ts';
import type { Manager } from './manager.ts';
import { actionOf } from './params.ts';
import { systemd } from './systemd.ts';

export const asCommand: AsCommand = (params, place) => {
  const action = actionOf(params);
  if (action === undefined) return '# service: exactly one action is needed';
  const manager = managerOf(place);
  const name = textIn(params[action]);
  const { replicas, image } = params;
  const words =
    action === 'status'
      ? manager.reading(name)
      : manager.acting({
          action,
          name,
          ...(replicas === undefined ? {} : { replicas: replicas as number }),
          ...(image === undefined ? {} : { image: textIn(image) }),
        });
  const line = typed([...(params['sudo'] === true ? ['sudo', '-n'] : []), ...words]);
  return place !== undefined && isElsewhere(place) ? overSsh(place, line) : line;
};

const isElsewhere = ({ type, entry }: CommandPlace): boolean =>
  type === 'ssh' || (type === 'systemd' && entry?.['host'] !== undefined);

/** An unbound target is the manager's own default, but for a region, which aws has none of. */
function managerOf(place: CommandPlace | undefined): Manager {
  const entry = place?.entry;
  if (place?.type === 'kubernetes')
    return kubernetesManager(entry === undefined ? { command: ['kubectl'] } : readKubernetesTarget(entry, '.'));
  if (place?.type === 'aws')
    return aws(entry === undefined ? ['aws', '--region', variable(`${place.name}_region`)] : readAwsTarget(entry));
  return place?.type === 'docker' ? docker(entry === undefined ? ['docker'] : readDockerTarget(entry)) : systemd;
}
