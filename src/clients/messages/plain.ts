/** Receivers of our own form: webhooks and issue trackers, signed where the entry has a key. */
import type { Json } from '../../interpreter/core/model/value.ts';
import type { Attachment, Done, OpenContext, RunContext } from '../../interpreter/port/step-type.ts';
import { headersOf } from '../http.ts';
import { readReceiverEntry } from './entry.ts';
import { plainKey } from './key.ts';
import * as limits from './limits.ts';
import type { Message, Receiver } from './message.ts';
import { askProvider, isSuccess, mappingIn, providerRefusal } from './post.ts';
import type { ProviderAnswer } from './post.ts';
import { signatureHeaders, signingKeys } from './signature.ts';
import { cutOnes, fit, withoutMentions } from './text.ts';

export function openPlainReceiver(open: OpenContext): Receiver {
  const entry = readReceiverEntry(open, open.targetType ?? 'webhook', ['url', 'webhook', 'token', 'headers', 'signingKey']);
  const address = entry.address(entry.text('webhook') === undefined ? 'url' : 'webhook');
  const secrets = [...entry.secrets(['token', 'signingKey', 'url', 'webhook'])];
  const keys = signingKeys(entry);
  const own = { ...headersOf(open.target), 'content-type': 'application/json' };
  const text = (message: Message) => fit(message.message, limits.plainText, withoutMentions);
  const send = async (message: Message, files: readonly Attachment[], context: RunContext): Promise<Done> => {
    const id = plainKey(context.idempotencyKey);
    const fitted = text(message);
    const body = JSON.stringify(bodyOf(message, fitted.text, context.idempotencyKey, files));
    const request = () => {
      const signed = keys.length === 0 ? {} : signatureHeaders(keys, { id, body, at: context.clock.wall() });
      return { method: 'POST', url: address.href, headers: { ...own, 'idempotency-key': id, ...signed }, body } as const;
    };
    const reply = await askProvider({ request, secrets }, context);
    if (!reply.ok) return reply;
    if (!isSuccess(reply)) return providerRefusal(reply, address.host, secrets);
    const result = {
      status: reply.status,
      id: idIn(reply) ?? id,
      attached: files.map((one) => one.name),
      shortened: cutOnes({ message: fitted }),
    };
    return { ok: true, changed: true, result };
  };
  return {
    carries: open.targetType !== 'statuspage',
    shortened: (one) => cutOnes({ message: text(one) }),
    send,
  };
}

function bodyOf(message: Message, text: string, key: string, files: readonly Attachment[]): Json {
  const { title, severity, follows, status, components } = message;
  const given = { title, severity, follows, status, components };
  return {
    text,
    ...(Object.fromEntries(Object.entries(given).filter(([, one]) => one !== undefined)) as Readonly<Record<string, Json>>),
    key,
    ...(files.length === 0 ? {} : { attachments: files.map((one) => ({ ...one })) }),
  };
}

/** What an issue tracker calls what it made: a text or number under `key` (a name like OPS-12) or `id`. */
function idIn(reply: ProviderAnswer): string | undefined {
  const body = mappingIn(reply);
  const found = [body?.['key'], body?.['id']].find((one) => typeof one === 'string' || typeof one === 'number');
  return found === undefined || found === '' ? undefined : String(found).slice(0, 200);
}
