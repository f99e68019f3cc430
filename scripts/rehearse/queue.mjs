// Which rehearsal comes next: one of the system that the job has up, else one of the system that waits most and that fewest jobs are at.

export function createQueue(all) {
  const waiting = [...all];
  const at = new Map();
  const count = (system) => waiting.filter((one) => one.system === system).length / (1 + (at.get(system) ?? 0));
  return {
    /** undefined: nothing is left. */
    take: (system) => {
      if (system !== undefined) at.set(system, (at.get(system) ?? 1) - 1);
      const own = waiting.find((one) => one.system === system);
      const next =
        own ??
        waiting.reduce((best, one) => (best === undefined || count(one.system) > count(best.system) ? one : best), undefined);
      if (next === undefined) return undefined;
      waiting.splice(waiting.indexOf(next), 1);
      at.set(next.system, (at.get(next.system) ?? 0) + 1);
      return next;
    },
  };
}
