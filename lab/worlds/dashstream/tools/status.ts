/** How `docker` and `docker-compose` show containers. */
import type { System } from '../system.ts';

export const dockerState = ({ supervisor }: System, name: string): 'running' | 'restarting' | 'paused' | 'exited' | 'created' => {
  const status = supervisor.status(name);
  if (status?.startedAt === undefined) return 'created';
  if (status.state === 'running') return status.frozen ? 'paused' : 'running';
  return status.state === 'waiting' ? 'restarting' : 'exited';
};

export const statusWords = (system: System, name: string): string => {
  const status = system.supervisor.status(name);
  return dockerState(system, name) === 'running'
    ? `Up since ${status?.startedAt ?? ''}`
    : `Exited (${String(status?.ended?.code ?? 137)})`;
};

/** A table, `json` or `{{json .}}` for a line of JSON each, or a template of fields such as `{{.Name}}`. */
export function formatted(
  format: string | undefined,
  rows: readonly Readonly<Record<string, string>>[],
  columns: readonly string[],
): string {
  if (format === 'json' || format === '{{json .}}') return rows.map((row) => JSON.stringify(row)).join('\n');
  const template = format ?? columns.map((name) => `{{.${name}}}`).join('   ');
  const lines = rows.map((row) =>
    template.replace(/^table /, '').replaceAll(/\{\{\s*\.(\w+)\s*\}\}/g, (_, name: string) => row[name] ?? ''),
  );
  return [...(format === undefined || format.startsWith('table ') ? [columns.join('   ')] : []), ...lines].join('\n');
}
