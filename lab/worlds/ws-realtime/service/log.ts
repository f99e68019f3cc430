/** Lines of the log: time, `[ws-realtime]`, the pod, the text. */
import { appendFileSync } from 'node:fs';

export type Log = (text: string) => void;

/** To standard output, and to the file in which the lines of all pods are collected. */
export const createLog =
  (pod: string, file: string | undefined): Log =>
  (text) => {
    const line = `${new Date().toISOString()} [ws-realtime] ${pod}: ${text}\n`;
    process.stdout.write(line);
    if (file !== undefined) appendFileSync(file, line);
  };
