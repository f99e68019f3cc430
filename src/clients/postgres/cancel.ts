/**
 * Asks the server to stop what another connection runs (M6): a connection of its own with a CancelRequest, which says nothing back. Encrypted
 * where the target is, because the request carries the key of the session.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as encrypt } from 'node:tls';
import type { PostgresTarget } from './target.ts';

export interface BackendKey {
  readonly processId: number;
  readonly secretKey: number;
}

const withinMs = 2000;
const encryptionRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** Resolves when the request is out or cannot get out; whether it helped is seen at the query. */
export function sendCancel(target: PostgresTarget, key: BackendKey): Promise<void> {
  return new Promise((done) => {
    const raw = target.host.startsWith('/')
      ? connect(`${target.host}/.s.PGSQL.${String(target.port)}`)
      : connect(target.port, target.host);
    const end = (): void => {
      clearTimeout(timer);
      raw.destroy();
      done();
    };
    const timer = setTimeout(end, withinMs);
    const send = (socket: Socket): void => {
      // The server closes the connection once it has acted.
      socket.on('error', end).on('close', end).resume();
      socket.write(request(key));
    };
    raw.on('error', end);
    raw.on('connect', () => {
      const { tls } = target;
      if (tls === undefined) {
        send(raw);
        return;
      }
      raw.once('data', (answer) => {
        if (answer.toString('latin1') !== 'S') end();
        else {
          const socket = encrypt({ socket: raw, host: target.host, ...tlsOptions(target) });
          socket.on('error', end).on('secureConnect', () => {
            send(socket);
          });
        }
      });
      raw.write(encryptionRequest);
    });
  });
}

/** For the driver and for cancelling alike. */
export const tlsOptions = (target: PostgresTarget): { rejectUnauthorized: true; ca?: string; servername?: string } => ({
  rejectUnauthorized: true,
  ...(target.tls?.ca === undefined ? {} : { ca: target.tls.ca }),
  ...(target.tls?.serverName === undefined ? {} : { servername: target.tls.serverName }),
});

function request(key: BackendKey): Buffer {
  const message = Buffer.alloc(16);
  message.writeInt32BE(16, 0);
  message.writeInt32BE(80_877_102, 4);
  message.writeInt32BE(key.processId, 8);
  message.writeInt32BE(key.secretKey, 12);
  return message;
}
