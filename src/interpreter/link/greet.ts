/** How a viewer comes in: a hello of this version for this run, then the proof of which user it is. Only after it do acts count. */
import type { Socket } from 'node:net';
import type { Actor } from '../core/model/value.ts';
import type { Accounts } from './account.ts';
import { accountName, actorOfUser, mayVouch } from './account.ts';
import { fromViewer } from './incoming.ts';
import { jsonLine, readLines } from './lines.ts';
import { checkProof, newProofName } from './proof.ts';
import type { FromViewer, Mode } from './protocol.ts';
import { linkVersion } from './protocol.ts';

/** A viewer that has not proved who it is by then is let go. */
const helloMs = 5000;

export interface Entrance {
  readonly run: string;
  /** The socket that the viewer came to. */
  readonly path: string;
  /** What a viewer may be here. */
  readonly modes: readonly Mode[];
  readonly accounts: Accounts;
}

type Hello = Extract<FromViewer, { is: 'hello' }>;
type Take = (message: Extract<FromViewer, { is: 'do' }>) => void;

export function greet(socket: Socket, entrance: Entrance, join: (mode: Mode, actor: Actor) => Take): void {
  let asked: { readonly hello: Hello; readonly name: string } | undefined;
  let take: Take | undefined;
  const late = setTimeout(() => socket.destroy(), helloMs);
  late.unref();
  const refuse = (why: string, hint?: string): void => {
    socket.end(jsonLine({ is: 'refused', why, ...(hint === undefined ? {} : { hint }) }));
  };
  const challenge = (message: FromViewer): void => {
    const wrong = message.is === 'hello' ? whyNoHello(message, entrance) : { why: 'the first line must be a hello' };
    if (wrong !== undefined || message.is !== 'hello') {
      refuse(wrong?.why ?? '', wrong?.hint);
      return;
    }
    asked = { hello: message, name: newProofName() };
    socket.write(jsonLine({ is: 'challenge', name: asked.name }));
  };
  const admit = (message: FromViewer, { hello, name }: NonNullable<typeof asked>): void => {
    clearTimeout(late);
    const proof = message.is === 'proved' ? checkProof(entrance.path, name) : notYet;
    if (!proof.ok) refuse(proof.why);
    else if (hello.actor.auth === 'vouched' && !mayVouch(proof.uid, entrance.accounts)) refuse(...mayNotVouch(proof.uid));
    else take = join(hello.mode, actorOfUser(hello.actor, proof.uid, entrance.accounts));
  };
  socket.on('error', () => undefined);
  readLines(
    socket,
    (value) => {
      if (socket.writableEnded) return;
      const message = fromViewer(value);
      if (message === undefined) refuse('a line is not a message of the link');
      else if (take !== undefined) {
        if (message.is === 'do') take(message);
      } else if (asked === undefined) challenge(message);
      else admit(message, asked);
    },
    refuse,
  );
}

const mayNotVouch = (uid: number): readonly [string, string] => [
  `${accountName(uid)} may not vouch for others in this run`,
  `the configuration of the run lists who may: vouchingAccounts: [${accountName(uid)}]`,
];

const notYet = { ok: false, why: 'nothing can be done before the user is proved' } as const;

function whyNoHello(hello: Hello, entrance: Entrance): { readonly why: string; readonly hint?: string } | undefined {
  if (hello.v !== linkVersion)
    return {
      why: `the viewer speaks version ${String(hello.v)} of the link, the engine version ${String(linkVersion)}`,
      hint: 'use the version of runbook that started the run',
    };
  if (hello.run !== entrance.run) return { why: `this is the engine of run ${entrance.run}` };
  return entrance.modes.includes(hello.mode) ? undefined : { why: `a viewer cannot be "${hello.mode}" here` };
}
