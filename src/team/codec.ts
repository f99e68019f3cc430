/** Payloads on their way to the server and back: compressed, because the arguments of a run hold its plan. */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { DataConverter, Payload } from './sdk.ts';

const encoding = 'binary/gzip-of-payload';
/** Below this a header costs more than it saves, bytes. */
const worthIt = 512;

const textOf = (bytes: Uint8Array | undefined): string => (bytes === undefined ? '' : Buffer.from(bytes).toString());

function compressed(payload: Payload): Payload {
  const { data, metadata } = payload;
  if (data === undefined || data === null || data.length < worthIt) return payload;
  const before = Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  );
  return {
    metadata: { encoding: Buffer.from(encoding), of: Buffer.from(JSON.stringify(before)) },
    data: gzipSync(data, { level: 4 }),
  };
}

function restored(payload: Payload): Payload {
  const { data, metadata } = payload;
  if (textOf(metadata?.['encoding']) !== encoding || data === undefined || data === null) return payload;
  const before = JSON.parse(textOf(metadata?.['of'])) as Readonly<Record<string, string>>;
  return {
    metadata: Object.fromEntries(Object.entries(before).map(([name, value]) => [name, Buffer.from(value, 'base64')])),
    data: gunzipSync(data),
  };
}

export const dataConverter: DataConverter = {
  payloadCodecs: [
    {
      encode: async (payloads) => payloads.map(compressed),
      decode: async (payloads) => payloads.map(restored),
    },
  ],
};
