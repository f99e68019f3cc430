/** Which rehearsal a job takes next: one of the system that it has up, else one of the system that waits most and that fewest jobs are at. */
import type { Chosen } from './choose.ts';

/** What must be the same for two rehearsals to be of one system: what brings it up, and where. */
export const systemOf = ({ rehearsal: { lab }, folder }: Pick<Chosen, 'rehearsal' | 'folder'>): string =>
  JSON.stringify([folder, lab.up]);

/** Systems that are brought up by the same words may share servers, wherever their files are. */
const serversOf = ({ rehearsal: { lab } }: Chosen): string => JSON.stringify(lab.up);

export interface Queue {
  /** `system`: the one that the job has up. Undefined: nothing is left for this job. */
  take(system: string | undefined): Chosen | undefined;
  /** The job has taken its system down. */
  leave(one: Chosen): void;
}

export function createQueue(all: readonly Chosen[]): Queue {
  const waiting = [...all];
  /** Servers -> jobs that use them now. */
  const users = new Map<string, number>();
  const usersOf = (one: Chosen): number => users.get(serversOf(one)) ?? 0;
  const isFree = (one: Chosen): boolean => usersOf(one) === 0 || one.rehearsal.lab.copies !== undefined;
  const need = (one: Chosen): number => waiting.filter((other) => systemOf(other) === systemOf(one)).length / (1 + usersOf(one));
  return {
    take: (system) => {
      const own = waiting.find((one) => systemOf(one) === system);
      const next = own ?? [...waiting].filter(isFree).sort((a, b) => need(b) - need(a))[0];
      if (next === undefined) return undefined;
      waiting.splice(waiting.indexOf(next), 1);
      if (own === undefined) users.set(serversOf(next), usersOf(next) + 1);
      return next;
    },
    leave: (one) => {
      users.set(serversOf(one), usersOf(one) - 1);
    },
  };
}
