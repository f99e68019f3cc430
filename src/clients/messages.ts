/** Messages to people: one POST each, in the form of the receiver's kind, with a key by which a repetition can be dropped (T29). */
import type { Json } from '../interpreter/core/value.ts';
import type { Attachment, Done, OpenContext, RunContext, Runner, Session } from '../interpreter/port/step-type.ts';
import { classOfStatus, exchange, headersOf } from './http.ts';

export interface Message {
  readonly message: string;
  readonly title?: string;
  readonly severity?: string;
  /** Kinds of files to carry. */
  readonly attach?: readonly string[];
}

interface Receiver {
  readonly webhook?: string;
  readonly url?: string;
  readonly routingKey?: string;
}

/** Runner of notify and escalate; they differ in what they are for, not in how they send. */
export const messageRunner: Runner = {
  open: async (open: OpenContext): Promise<Session> => ({
    describe: (params) => `tell ${open.targetName ?? 'receiver'}: ${(params as unknown as Message).message}`,
    run: async (params, context) => send((open.target ?? {}) as Receiver, open, params as unknown as Message, context),
    preview: async (params) => ({
      diff: `would tell ${open.targetName ?? 'receiver'}: ${(params as unknown as Message).message}`,
      data: null,
    }),
    close: async () => undefined,
  }),
};

async function send(receiver: Receiver, open: OpenContext, message: Message, context: RunContext): Promise<Done> {
  const url = receiver.webhook ?? receiver.url;
  if (url === undefined)
    return {
      ok: false,
      wire: 'notStarted',
      class: 'config',
      code: 'no-address',
      message: `the target ${open.targetName ?? ''} has neither webhook nor url`,
    };
  const files = carries.has(open.targetType ?? '') ? await filesOf(message, context) : [];
  const body = JSON.stringify(bodyOf(open.targetType, receiver, message, context, files));
  const headers = { ...headersOf(receiver), 'content-type': 'application/json', 'idempotency-key': context.idempotencyKey };
  const reply = await exchange({ method: 'POST', url, headers, body, signal: context.signal, sent: context.sent });
  if (!reply.ok) return reply;
  if (reply.status >= 200 && reply.status < 300)
    return {
      ok: true,
      changed: true,
      result: { status: reply.status, id: context.idempotencyKey, attached: files.map((one) => one.name) },
    };
  const later = reply.headers['retry-after'];
  return {
    ok: false,
    wire: 'refused',
    class: classOfStatus(reply.status),
    code: `status-${String(reply.status)}`,
    message: `${new URL(url).host} answered ${String(reply.status)}`,
    ...(later === undefined ? {} : { hint: `it asks to wait ${later} s` }),
  };
}

/** Whole channels are not called by what a system wrote: `@here` and the like lose their effect. */
export const withoutMentions = (text: string): string =>
  text.replaceAll(
    /<!(?:here|channel|everyone)>|@(here|channel|everyone)\b/g,
    (_all, name: string | undefined) => `(at)${name ?? 'channel'}`,
  );

/** Receivers whose form has room for files; chats, pagers and status pages get the message alone. */
const carries: ReadonlySet<string> = new Set(['ticket', 'webhook']);
const fileLimit = 512 * 1024;

async function filesOf(message: Message, context: RunContext): Promise<readonly Attachment[]> {
  if (message.attach === undefined || message.attach.length === 0) return [];
  const files = (await context.attachments?.(message.attach)) ?? [];
  return files.map((one) =>
    one.content.length <= fileLimit ? one : { ...one, content: `${one.content.slice(0, fileLimit)}\n[cut here: 512 KiB]\n` },
  );
}

function bodyOf(
  type: string | undefined,
  receiver: Receiver,
  message: Message,
  context: RunContext,
  files: readonly Attachment[],
): Json {
  const text = withoutMentions(message.message);
  if (receiver.routingKey !== undefined || type === 'pager') {
    return {
      routing_key: receiver.routingKey ?? '',
      event_action: 'trigger',
      dedup_key: context.idempotencyKey.slice(0, 255),
      payload: { summary: text.slice(0, 1024), source: 'runbook', severity: severityOf(message.severity) },
    };
  }
  return {
    text,
    ...(message.title === undefined ? {} : { title: message.title }),
    ...(message.severity === undefined ? {} : { severity: message.severity }),
    key: context.idempotencyKey,
    ...(files.length === 0 ? {} : { attachments: files.map((one) => ({ ...one })) }),
  };
}

function severityOf(text: string | undefined): string {
  if (text === undefined) return 'error';
  return /^(?:SEV1|P0|critical)$/i.test(text)
    ? 'critical'
    : /^(?:SEV2|P1|error)$/i.test(text)
      ? 'error'
      : /^(?:info)$/i.test(text)
        ? 'info'
        : 'warning';
}
