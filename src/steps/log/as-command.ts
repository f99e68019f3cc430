/** The log through grep, which prints how many lines match. */
import { onCluster, readKubernetesTarget } from '../../clients/kubernetes-target.ts';
import { overSsh } from '../../clients/ssh-typed.ts';
import type { AsCommand, CommandPlace } from '../../interpreter/port/command-line.ts';
import { listIn, mapIn, spanText, textIn, typed } from '../../interpreter/port/command-line.ts';
import type { Json } from '../../interpreter/core/model/value.ts';

type Given = Readonly<Record<string, Json>>;

export const asCommand: AsCommand = (params, place) => {
  const grep = typed(['grep', '-cP', '-e', textIn(params['match'])]);
  const since = spanText(params['since'], '15m');
  if (params['file'] !== undefined) {
    const line = `${grep} ${typed([textIn(params['file'])])}`;
    return `${place?.type === 'ssh' ? overSsh(place, line) : line} # count only lines of the last ${since}`;
  }
  const words = place?.type === 'kubernetes' ? clusterLog(params, place, since) : listIn(params['command']).map(textIn);
  const line = `${typed(words)}${params['stream'] === 'stdout' ? '' : ' 2>&1'} | ${grep}`;
  return place?.type === 'ssh' ? overSsh(place, line) : line;
};

function clusterLog(params: Given, place: CommandPlace, since: string): readonly string[] {
  const target = place.entry === undefined ? { command: ['kubectl'] } : readKubernetesTarget(place.entry, '.');
  const deployment = mapIn(place.entry)['deployment'];
  const source = deployment === undefined ? `deploy/${place.name}` : textIn(deployment);
  const own = params['command'] === undefined ? undefined : listIn(params['command']).map(textIn);
  return onCluster(target, own ?? ['kubectl', 'logs', source, `--since=${since}`]);
}
