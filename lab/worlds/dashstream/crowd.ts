/** Clients of the websocket-server: the ordinary ones come back when they are cut off, a slow one does not; and some ask for what they missed. */
import { WebSocket } from 'ws';
import type { LabState } from '../../state.ts';
import { addressOf } from '../../state.ts';
import { usualClients } from './names.ts';

export interface Crowd {
  /** One more client, which takes so many messages a second. */
  addSlow(rate: number): void;
  removeSlow(): void;
  close(): void;
}

const comeBackMs = 200;
const resumeMs = 250;
/** How many messages a client has missed at most. */
const missed = 200;

export function openCrowd(state: LabState): Crowd {
  const address = addressOf(state, 'websocketServer');
  const open = new Set<WebSocket>();
  let slow: WebSocket | undefined;
  let isClosed = false;
  const connect = (path: string, onClose: () => void): WebSocket => {
    const socket = new WebSocket(`ws://${address}${path}`);
    open.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => {
      open.delete(socket);
      onClose();
    });
    return socket;
  };
  const stay = (): void => {
    if (isClosed) return;
    connect('/', () => setTimeout(stay, comeBackMs));
  };
  for (let count = 0; count < usualClients; count += 1) stay();
  const resume = (): void => {
    const back = Math.floor(Math.random() * missed);
    fetch(`http://${address}/resume?back=${String(back)}`, { signal: AbortSignal.timeout(500) }).then(
      (reply) => reply.body?.cancel(),
      () => undefined,
    );
  };
  const timer = setInterval(resume, resumeMs);
  return {
    addSlow: (rate) => {
      slow = connect(`/?rate=${String(rate)}`, () => undefined);
    },
    removeSlow: () => slow?.terminate(),
    close: () => {
      isClosed = true;
      clearInterval(timer);
      for (const socket of open) socket.terminate();
    },
  };
}
