/** Ends and begins the lives of the services without starting their processes anew. */
import { serviceUrl } from './layout.ts';
import type { Service } from './names.ts';
import type { System } from './system.ts';
import { serviceUnit } from './units.ts';

/** Milliseconds for the work in hand; a service that needs more is stopped. */
const within = 4000;

export type End = (system: System, service: Service) => Promise<void>;

export const stop: End = ({ supervisor }, service) => supervisor.stop(service);

/** The service rests, or it is stopped. */
export const rest: End = async (system, service) => {
  if (isRunning(system, service) && !(await told(system, service, 'rest'))) await stop(system, service);
};

/** A service that rests begins its next life, and one that is stopped is started. */
export async function begin(system: System, service: Service): Promise<void> {
  const { state, supervisor } = system;
  if (isRunning(system, service) && (await told(system, service, 'begin'))) return;
  supervisor.define(serviceUnit(state, service));
  await supervisor.restart(service);
}

const isRunning = ({ supervisor }: System, service: Service): boolean => supervisor.status(service)?.state === 'running';

const told = ({ state }: System, service: Service, what: 'rest' | 'begin'): Promise<boolean> =>
  fetch(`${serviceUrl(state, service)}/lab/${what}`, { method: 'POST', signal: AbortSignal.timeout(within) }).then(
    ({ ok }) => ok,
    () => false,
  );
