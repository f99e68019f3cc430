/** From the configuration entry of a target to the place where its flags live. */
import type { OpenContext } from '../../../interpreter/port/step-type.ts';
import { readFlagEntry } from './entry.ts';
import type { Provider } from './provider.ts';

export async function openProvider(open: Pick<OpenContext, 'target' | 'directory'>): Promise<Provider> {
  const entry = readFlagEntry(open.target);
  const named = (flag: string): string => entry.names?.[flag] ?? flag;
  switch (entry.provider) {
    case 'http':
      return (await import('./http.ts')).httpProvider(entry, named);
    case 'redis':
      return (await import('./redis.ts')).redisProvider(entry, open.target, named, open.directory);
    case 'file':
      return (await import('./file.ts')).fileProvider(entry, open.directory, named);
    case 'command':
      return (await import('./command.ts')).commandProvider(entry, open.directory, named);
    case 'unleash':
      return (await import('./unleash.ts')).unleashProvider(entry, named);
    case 'launchdarkly':
      return (await import('./launchdarkly.ts')).launchDarklyProvider(entry, named);
    case 'ofrep':
      return (await import('./remote.ts')).ofrepProvider(entry, named);
    case 'flagd':
      return (await import('./remote.ts')).flagdProvider(entry, open.directory, named);
  }
}
