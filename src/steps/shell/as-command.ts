/** The command itself; over ssh and on a cluster as it is reached from here. */
import { overSsh } from '../../clients/ssh-typed.ts';
import type { AsCommand, CommandPlace } from '../../interpreter/port/command-line.ts';
import { field, listIn, mapIn, textIn, typed } from '../../interpreter/port/command-line.ts';

export const asCommand: AsCommand = (params, place) => {
  const variables = Object.entries(mapIn(params['env'])).map(([name, value]) => `${name}=${textIn(value)}`);
  const words = params['argv'] === undefined ? scripted(params['script'], params['shell']) : listIn(params['argv']).map(textIn);
  const command = typed([...(variables.length === 0 ? [] : ['env', ...variables]), ...onCluster(words, place)]);
  const there = params['cwd'] === undefined ? command : `${typed(['cd', textIn(params['cwd'])])} && ${command}`;
  const line = params['stdin'] === undefined ? there : `${typed(['printf', '%s', textIn(params['stdin'])])} | (${there})`;
  return place?.type === 'ssh' ? overSsh(place, line) : line;
};

const scripted = (script: unknown, shell: unknown): readonly string[] =>
  shell === 'sh' ? ['sh', '-eu', '-c', String(script)] : ['bash', '-euo', 'pipefail', '-c', String(script)];

function onCluster(words: readonly string[], place: CommandPlace | undefined): readonly string[] {
  const [program = '', ...rest] = words;
  if (place?.entry === undefined || place.type !== 'kubernetes' || program !== 'kubectl') return words;
  const command = listIn(place.entry['command']).map(textIn);
  const held = ['kubeconfig', 'context', 'namespace'].flatMap((key) =>
    place.entry?.[key] === undefined ? [] : [`--${key}`, field(place, key)],
  );
  return [...(command.length === 0 ? ['kubectl'] : command), ...held, ...rest];
}
