/** Requests at the control port of a world, parsed, and their answers. */

export interface Call {
  readonly method: string;
  /** Decoded parts of the path. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** Version in `If-Match`. */
  readonly ifMatch: string | undefined;
  /** `Authorization` as it was sent. */
  readonly authorization: string | undefined;
  /** Who says that he calls: `X-Actor` as it was sent. */
  readonly actor: string | undefined;
  /** JSON if it is JSON, else text; undefined: none. */
  readonly body: unknown;
}

export interface Reply {
  readonly status: number;
  readonly json?: unknown;
  readonly text?: string;
  readonly type?: string;
  /** Version of a flag: its ETag. */
  readonly version?: string;
}

export const ok = (json: unknown): Reply => ({ status: 200, json });
export const notFound: Reply = { status: 404, json: { error: 'not found' } };
export const wrongMethod: Reply = { status: 405, json: { error: 'method not allowed' } };
export const metricsReply = (text: string): Reply => ({ status: 200, text, type: 'text/plain; version=0.0.4' });
