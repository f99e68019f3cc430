/**
 * Mail by SMTP. A mail has no key against repetition (its Message-ID is the same for every attempt, and few heed that), so what matters is whether the
 * server had the text: before that nothing was sent, with its reply it is accepted or refused, without a reply it is unknown.
 */
import { Readable } from 'node:stream';
import type { Attachment, Done, OpenContext, RunContext } from '../../interpreter/port/step-type.ts';
import { readReceiverEntry } from './entry.ts';
import { digestOf } from './key.ts';
import * as limits from './limits.ts';
import type { Message, Receiver } from './message.ts';
import { mailFailure } from './mail-failure.ts';
import { accountOf } from './mail-account.ts';
import type { Account } from './mail-account.ts';
import { cutOnes, fit } from './text.ts';

export function openMail(open: OpenContext): Receiver {
  const entry = readReceiverEntry(open, 'SMTP', ['host', 'port', 'tls', 'ca', 'username', 'password', 'from', 'to']);
  const account = accountOf(entry, open.directory);
  const texts = (message: Message) => ({
    message: fit(message.message, limits.mailText),
    title: fit(subjectOf(message), limits.mailSubject),
  });
  return {
    carries: true,
    shortened: (message) => cutOnes(texts(message)),
    send: async (message, files, context) => {
      const { message: text, title } = texts(message);
      const mail = {
        ...headsOf(account, message, context.idempotencyKey),
        subject: title.text,
        text: text.text,
        attachments: files.map(({ name, media, content }) => ({ filename: name, contentType: media, content })),
        signal: context.signal,
      };
      return deliver(account, mail, context, { files, shortened: cutOnes({ message: text, title }) });
    },
  };
}

/** One line, since a heading ends at its line. */
function subjectOf({ title, severity, message }: Message): string {
  const line = (title ?? message.split('\n').find((one) => one.trim() !== '') ?? message).replaceAll(/\s+/g, ' ').trim();
  return severity === undefined ? line : `[${severity}] ${line}`;
}

function headsOf({ from, to, domain }: Account, { follows }: Message, key: string) {
  return {
    from,
    to: [...to],
    messageId: `<${digestOf(key).slice(0, 40)}@${domain}>`,
    ...(follows === undefined ? {} : { inReplyTo: follows, references: follows }),
    // No answers of machines to a machine (RFC 3834).
    headers: { 'auto-submitted': 'auto-generated' },
    // Only what is in the message: nothing is read from files or addresses on its behalf.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

interface Told {
  readonly files: readonly Attachment[];
  readonly shortened: readonly string[];
}

async function deliver(
  account: Account,
  mail: ReturnType<typeof headsOf> & { readonly signal: AbortSignal },
  context: RunContext,
  told: Told,
): Promise<Done> {
  const { createTransport } = await import('nodemailer');
  const wire = { handed: false };
  const transport = createTransport(account.options(context.deadline));
  transport.use('stream', ({ message }, done) => {
    message.build((problem, whole) => {
      // A stream is read only when the server asks for the text (354): that is the moment from which it may have it.
      const createReadStream = (): Readable => Readable.from(handed(whole, wire, context));
      Object.assign(message, { createReadStream });
      done(problem);
    });
  });
  try {
    const info = await transport.sendMail(mail);
    const rejected = info.rejected.map(String);
    const attached = told.files.map((one) => one.name);
    return {
      ok: true,
      changed: true,
      result: { status: statusOf(info.response), id: mail.messageId, attached, shortened: told.shortened, rejected },
    };
  } catch (problem) {
    return mailFailure(problem, account, wire.handed, context.signal.aborted);
  } finally {
    transport.close();
  }
}

function* handed(whole: Buffer, wire: { handed: boolean }, context: RunContext): Generator<Buffer> {
  wire.handed = true;
  context.sent();
  yield whole;
}

const statusOf = (response: string): number => Number(/^\d{3}/.exec(response)?.[0] ?? 250);
