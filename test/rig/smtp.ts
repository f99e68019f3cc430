/** A mail server as RFC 5321 describes one: greeting, EHLO, STARTTLS, AUTH PLAIN, envelope, text; refuses commands that are out of order. On loopback. */
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { startTcp } from './servers.ts';
import type { TestServer } from './servers.ts';

export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  /** As it came, dots unstuffed. */
  readonly raw: string;
}

export interface SmtpFaults {
  /** Command or `text` (the end of the text) -> what is answered instead; `drop` closes the connection without a word. */
  readonly [command: string]: string;
}

export interface SmtpServer extends TestServer {
  readonly mails: readonly Mail[];
  /** Commands as they came, over all connections. */
  readonly commands: readonly string[];
}

interface Dialogue {
  from: string | undefined;
  to: string[];
  signedIn: boolean;
  /** Lines of the text while it comes. */
  text: string[] | undefined;
}

export interface SmtpOptions {
  readonly password?: string;
  readonly faults?: SmtpFaults;
  /** With one it offers STARTTLS, and demands it before AUTH. */
  readonly certificate?: { readonly key: string; readonly cert: string };
  /** Encrypted from the first byte, as on port 465 (RFC 8314). */
  readonly implicit?: boolean;
}

export async function startSmtp(options: SmtpOptions = {}): Promise<SmtpServer> {
  const mails: Mail[] = [];
  const commands: string[] = [];
  const faults = options.faults ?? {};
  const converse = (socket: Socket, sealed: boolean, greets: boolean): void => {
    const state: Dialogue = { from: undefined, to: [], signedIn: options.password === undefined, text: undefined };
    let rest = '';
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    if (greets) say('220 mail.test ESMTP');
    socket.on('error', () => undefined);
    socket.on('data', (part: Buffer) => {
      rest += part.toString('utf8');
      for (let end = rest.indexOf('\r\n'); end !== -1; end = rest.indexOf('\r\n')) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        if (state.text !== undefined) textLine(state, line, mails, faults, socket, say);
        else {
          commands.push(line);
          const fault = Object.entries(faults).find(([name]) => line.toUpperCase().startsWith(name.toUpperCase()))?.[1];
          if (fault === 'drop') socket.destroy();
          else if (fault === undefined && options.certificate !== undefined && !sealed)
            seal(line, options.certificate, socket, say);
          else say(fault ?? answer(state, line, options.password));
        }
      }
    });
  };
  const seal = (line: string, certificate: object, socket: Socket, say: (line: string) => void): void => {
    const command = line.toUpperCase();
    if (command === 'STARTTLS') {
      say('220 2.0.0 go on');
      socket.removeAllListeners('data');
      converse(new TLSSocket(socket, { isServer: true, ...certificate }), true, false);
    } else if (command.startsWith('EHLO')) say('250-mail.test\r\n250 STARTTLS');
    else say('530 5.7.0 STARTTLS first');
  };
  const server = await startTcp((socket) => {
    if (options.implicit === true) converse(new TLSSocket(socket, { isServer: true, ...options.certificate }), true, true);
    else converse(socket, false, true);
  });
  return { ...server, mails, commands };
}

function answer(state: Dialogue, line: string, password: string | undefined): string {
  const command = line.toUpperCase();
  if (command.startsWith('EHLO')) return password === undefined ? '250 mail.test' : '250-mail.test\r\n250 AUTH PLAIN';
  if (command.startsWith('AUTH PLAIN ')) {
    const [, user, given] = Buffer.from(line.slice('AUTH PLAIN '.length), 'base64').toString('utf8').split('\0');
    state.signedIn = user === 'runbook' && given === password;
    return state.signedIn ? '235 2.7.0 accepted' : '535 5.7.8 authentication failed';
  }
  if (command === 'STARTTLS') return '502 5.5.1 not implemented';
  if (!state.signedIn) return '530 5.7.0 authentication required';
  const address = /^(?:MAIL FROM|RCPT TO):<([^>]*)>/i.exec(line)?.[1];
  if (command.startsWith('MAIL FROM:') && address !== undefined) {
    state.from = address;
    state.to = [];
    return '250 2.1.0 ok';
  }
  if (command.startsWith('RCPT TO:') && address !== undefined) {
    if (state.from === undefined) return '503 5.5.1 MAIL first';
    state.to.push(address);
    return '250 2.1.5 ok';
  }
  if (command === 'DATA') {
    if (state.to.length === 0) return '503 5.5.1 RCPT first';
    state.text = [];
    return '354 go on';
  }
  if (command === 'QUIT') return '221 2.0.0 bye';
  return '500 5.5.2 unknown command';
}

function textLine(
  state: Dialogue,
  line: string,
  mails: Mail[],
  faults: SmtpFaults,
  socket: Socket,
  say: (line: string) => void,
): void {
  if (line !== '.') {
    state.text?.push(line.startsWith('.') ? line.slice(1) : line);
    return;
  }
  const raw = (state.text ?? []).join('\r\n');
  state.text = undefined;
  if (faults['text'] === undefined || faults['text'] === 'drop') mails.push({ from: state.from ?? '', to: state.to, raw });
  if (faults['text'] === 'drop') socket.destroy();
  else say(faults['text'] ?? '250 2.0.0 queued as 4711');
}
