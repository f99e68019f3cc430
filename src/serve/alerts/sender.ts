/** Proves who sends alerts: a bearer token, or a signature over the body as Standard Webhooks has it. A signed call counts once. */
import { signatureHeaders } from '../../clients/messages/signature.ts';
import type { AlertmanagerSettings } from '../../interpreter/config/config.ts';
import type { HttpCall } from '../http/call.ts';
import { CallRefused } from '../http/reply.ts';
import { bearerOf, tokenHash, sameText } from '../identity/tokens.ts';

/** A call is older or newer than this: it was kept by somebody. ms */
const windowMs = 5 * 60_000;

/** Throws CallRefused (401, 409). */
export type CheckSender = (call: HttpCall) => void;

export function senderCheck({ token }: AlertmanagerSettings, key: Buffer | undefined, now: () => number): CheckSender {
  const seen = new Map<string, number>();
  return (call) => {
    const bearer = bearerOf(call.header('authorization'));
    if (bearer !== undefined && token !== undefined) {
      if (!sameText(tokenHash(bearer), token)) throw new CallRefused(401, 'the token is not that of the sender of alerts');
      return;
    }
    if (key === undefined) throw new CallRefused(401, 'no token was sent', 'http_config.authorization of the receiver');
    const id = signedId(call, key, now());
    for (const [one, at] of seen) if (now() - at > 2 * windowMs) seen.delete(one);
    if (seen.has(id)) throw new CallRefused(409, `the call ${id} was taken before`);
    seen.set(id, now());
  };
}

function signedId({ header, body }: HttpCall, key: Buffer, now: number): string {
  const id = header('webhook-id') ?? '';
  const seconds = header('webhook-timestamp') ?? '';
  const signatures = (header('webhook-signature') ?? '').split(' ').filter((one) => one !== '');
  if (id === '' || !/^\d{1,12}$/.test(seconds) || signatures.length === 0)
    throw new CallRefused(
      401,
      'the call is not signed',
      'webhook-id, webhook-timestamp and webhook-signature, or a bearer token',
    );
  const at = new Date(Number(seconds) * 1000);
  const expected = signatureHeaders([key], { id, body: body.toString('utf8'), at })['webhook-signature'] ?? '';
  if (!signatures.slice(0, 8).some((one) => sameText(one, expected)))
    throw new CallRefused(401, 'the signature is not that of this body');
  if (Math.abs(now - at.getTime()) > windowMs)
    throw new CallRefused(401, 'the call is too old, or from the future', 'compare the clocks');
  return id;
}
