/** What a service is told by its environment. */

/** Throws when the variable is missing. */
export function variable(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`the environment variable ${name} is missing`);
  return value;
}

export const port = (name: string): number => Number(variable(name));
