/** Worlds by name: the name is the one of the folder. */
import { worlds } from './index.ts';
import type { World } from './world.ts';

export const worldNames: readonly string[] = Object.keys(worlds);

/** The world that a verb means when it names none. */
export const defaultWorld = 'realtime';

export const isWorld = (name: string): boolean => Object.hasOwn(worlds, name);

export function findWorld(name: string): World {
  const world = isWorld(name) ? worlds[name] : undefined;
  if (world === undefined) throw new Error(`unknown world ${name}; known: ${worldNames.join(', ')}`);
  return world;
}
