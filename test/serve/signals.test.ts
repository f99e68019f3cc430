/** Traces of runs at a collector, as it receives them. */
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { eventually } from '../rig/cli.ts';
import { answerForm, askedPage, openServer, people, serverPlace, signIn, startRun } from '../rig/serve.ts';

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly { readonly key: string; readonly value: Readonly<Record<string, string>> }[];
}

it('a run becomes one trace when it has finished: steps, attempts and questions inside it, and no value of any', async () => {
  const bodies: string[] = [];
  const take = async (request: IncomingMessage): Promise<void> => {
    let body = '';
    for await (const chunk of request as AsyncIterable<Buffer>) body += chunk.toString();
    bodies.push(body);
  };
  const collector = createServer((request, response) => {
    void take(request).then(() => response.end('{}'));
  });
  await new Promise<void>((done) => collector.listen(0, '127.0.0.1', done));
  const endpoint = `http://127.0.0.1:${String((collector.address() as AddressInfo).port)}/v1/traces`;
  const at = serverPlace(`${people('ana')}  traces: { endpoint: "${endpoint}" }\n`);
  const ask = '{ id: ask, type: ask, title: Cause, fields: { cause: { type: string } } }';
  at.write('traced', `steps:\n  - { id: look, type: shell, argv: [echo, "not for a collector"], reads: true }\n  - ${ask}\n`);
  const server = await openServer(at);
  try {
    const ana = await signIn(server.url, 'ana');
    const run = await startRun(ana, 'traced', '?environment=lab');
    const page = await askedPage(ana, run);
    await ana.post(`/runs/${run}/answer`, answerForm(page, { 'field.cause': 'a private cause' }));
    const body = await eventually('the trace has come', () => bodies[0]);
    const { resourceSpans } = JSON.parse(body) as {
      readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Span[] }[] }[];
    };
    const spans = resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
    expect(spans.map(({ name }) => name)).toEqual(expect.arrayContaining(['traced', 'look', 'do look', 'ask', 'ask ask']));
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(spans.filter(({ parentSpanId }) => parentSpanId === undefined)).toHaveLength(1);
    const ids = new Map(spans.map((one) => [one.spanId, one]));
    for (const span of spans) {
      expect([span.traceId, span.spanId].map((id) => /^[0-9a-f]+$/.test(id) && id.length)).toEqual([32, 16]);
      expect(BigInt(span.startTimeUnixNano)).toBeLessThanOrEqual(BigInt(span.endTimeUnixNano));
      if (span.parentSpanId !== undefined) expect(ids.has(span.parentSpanId)).toBe(true);
    }
    expect(spans[0]?.attributes).toContainEqual({ key: 'runbook.outcome', value: { stringValue: 'succeeded' } });
    expect(body).not.toMatch(/not for a collector|private/);
    expect(bodies).toHaveLength(1);
  } finally {
    await server.stop();
    at.remove();
    collector.closeAllConnections();
    collector.close();
  }
});
