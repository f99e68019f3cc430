/**
 * Slack, in its two forms: an incoming webhook (one channel, no reply but `ok`), and chat.postMessage (a bot's token, any channel, threads). Slack has
 * no key against repetition: whether a message whose reply was lost is there, nobody can tell.
 */
import type { Done, OpenContext, RunContext } from '../../interpreter/port/step-type.ts';
import { headersOf } from '../http.ts';
import { readReceiverEntry } from './entry.ts';
import * as limits from './limits.ts';
import { failed } from './message.ts';
import type { SendFailure, Message, Receiver } from './message.ts';
import { askProvider, isSuccess, mappingIn, providerRefusal } from './post.ts';
import type { ProviderAnswer } from './post.ts';
import { cutOnes, fit, quoted, withoutMentions } from './text.ts';
import type { Fitted } from './text.ts';

export const slackApi = 'https://slack.com/api/chat.postMessage';

/** People and groups that an author names stay; everything else that Slack would act upon is shown as written. */
const escaped = (text: string): string =>
  withoutMentions(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/&lt;(@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+)&gt;/g, '<$1>');

function textOf({ title, severity, message }: Message): Fitted {
  const heading = [severity === undefined ? '' : `[${severity}]`, title ?? ''].filter((one) => one !== '').join(' ');
  return fit(heading === '' ? message : `*${heading.replaceAll('*', '')}*\n${message}`, limits.slackText, escaped);
}

const shortened = (message: Message): readonly string[] => cutOnes({ message: textOf(message) });
const json = 'application/json; charset=utf-8';

/** The address is the secret. */
export function openSlackWebhook(open: OpenContext): Receiver {
  const entry = readReceiverEntry(open, 'chat, incoming webhook', ['webhook', 'url', 'headers', 'token']);
  const address = entry.address(entry.text('webhook') === undefined ? 'url' : 'webhook');
  const secrets = [...entry.secrets(['token']), address.href, address.pathname];
  const headers = { ...headersOf(open.target), 'content-type': json };
  const send = async (message: Message, context: RunContext): Promise<Done> => {
    const text = textOf(message);
    const body = JSON.stringify({ text: text.text });
    const reply = await askProvider({ request: () => ({ method: 'POST', url: address.href, headers, body }), secrets }, context);
    if (!reply.ok) return reply;
    if (!isSuccess(reply)) return providerRefusal(reply, address.host, secrets, reply.text);
    return {
      ok: true,
      changed: true,
      result: { status: reply.status, id: context.idempotencyKey, attached: [], shortened: cutOnes({ message: text }) },
    };
  };
  return { carries: false, shortened, send: (message, _files, context) => send(message, context) };
}

export function openSlackApi(open: OpenContext): Receiver {
  const entry = readReceiverEntry(open, 'Slack', ['token', 'channel', 'url']);
  const token = entry.needed('token', 'the token of the bot (xoxb-...), with the scope chat:write');
  const channel = entry.needed('channel', 'the id of a channel, like C0123456789');
  const address = entry.address('url', slackApi);
  const secrets = [token];
  const headers = { authorization: `Bearer ${token}`, 'content-type': json };
  const send = async (message: Message, context: RunContext): Promise<Done> => {
    const text = textOf(message);
    const thread = message.follows === undefined ? {} : { thread_ts: message.follows };
    const body = JSON.stringify({ channel, text: text.text, ...thread });
    const reply = await askProvider({ request: () => ({ method: 'POST', url: address.href, headers, body }), secrets }, context);
    if (!reply.ok) return reply;
    if (!isSuccess(reply)) return providerRefusal(reply, address.host, secrets, reply.text);
    const said = mappingIn(reply);
    if (said?.['ok'] !== true) return notOk(said?.['error'], reply, address.host, secrets);
    const id = typeof said['ts'] === 'string' ? said['ts'] : context.idempotencyKey;
    return {
      ok: true,
      changed: true,
      result: { status: reply.status, id, attached: [], shortened: cutOnes({ message: text }) },
    };
  };
  return { carries: false, shortened, send: (message, _files, context) => send(message, context) };
}

const auth =
  /^(?:not_authed|invalid_auth|account_inactive|token_revoked|token_expired|missing_scope|no_permission|not_in_channel|access_denied|ekm_access_denied|restricted_action.*|org_login_required|team_access_not_granted)$/;
/** Slack says of these that part of the work may have been done. */
const unsure = /^(?:internal_error|fatal_error|request_timeout|service_unavailable)$/;

/** A refusal comes with status 200 and `{ ok: false, error }`. */
function notOk(error: unknown, reply: ProviderAnswer, host: string, secrets: readonly string[]): SendFailure {
  if (typeof error !== 'string' || !/^\w{1,60}$/.test(error))
    return failed('unknown', 'validation', 'not-slack', `${host} answered no word of Slack: ${quoted(reply.text, secrets)}`);
  const words = `${host} answered ${error}`;
  const code = `slack-${error}`;
  if (unsure.test(error)) return failed('unknown', 'connection', code, words);
  if (/^rate_?limited$/.test(error)) return failed('refused', 'connection', code, words);
  return failed('refused', auth.test(error) ? 'auth' : 'validation', code, words, hints[error]);
}

const hints: Readonly<Record<string, string>> = {
  not_in_channel: 'invite the bot into the channel',
  channel_not_found: 'channel is the id of a channel that the bot can see',
  missing_scope: 'the bot needs the scope chat:write',
  thread_not_found: 'follows is the id that the first message returned, not that of a reply',
};
