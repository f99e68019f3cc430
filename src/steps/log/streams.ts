import type { Counter } from './counter.ts';

/** What a command prints its log to: `docker logs` gives what the container wrote to stderr on stderr. */
export type Streams = 'both' | 'stdout' | 'stderr';

export interface StreamReader {
  take(stream: 'out' | 'err', chunk: Uint8Array): void;
  flush(): void;
}

/** Each stream has lines of its own. */
export function readStreams(counter: Counter, streams: Streams): StreamReader {
  const read = {
    ...(streams === 'stderr' ? {} : { out: counter.lines() }),
    ...(streams === 'stdout' ? {} : { err: counter.lines() }),
  };
  return {
    take: (stream, chunk) => {
      read[stream]?.take(chunk);
    },
    flush: () => {
      read.out?.flush();
      read.err?.flush();
    },
  };
}
