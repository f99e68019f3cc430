/** Lines of a service: time, level, text. */
import { appendFileSync } from 'node:fs';

export type Level = 'INFO' | 'WARN' | 'ERROR';
export type ServiceLog = (level: Level, text: string) => void;

/** To standard output, which is the log of the container, and to a file where one is named. */
export const createServiceLog =
  (file?: string): ServiceLog =>
  (level, text) => {
    const line = `${new Date().toISOString()} ${level.padEnd(5)} ${text}\n`;
    process.stdout.write(line);
    if (file !== undefined) appendFileSync(file, line);
  };
