/** Every route of the server. */
import { agentRoutes } from './agents.ts';
import { alertRoutes } from './alerts.ts';
import type { Route } from './route.ts';
import { runbookRoutes } from './runbooks.ts';
import { runRoutes } from './runs.ts';
import { signInRoutes } from './sign-in.ts';
import { machineRoutes } from './machines.ts';

export const routes: readonly Route[] = [
  ...runRoutes,
  ...runbookRoutes,
  ...signInRoutes,
  ...agentRoutes,
  ...alertRoutes,
  ...machineRoutes,
];
