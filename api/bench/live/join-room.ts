import { type RawData, WebSocket } from 'ws';
import type { Dialect } from './dialect.ts';

export type Joined = {
  readonly socket: WebSocket;
  /** What showed what the room holds; empty where a room holds nothing. */
  readonly state: Buffer;
};

const patienceMs = 20_000;

/** Opens a socket and talks until the server has shown what the room holds. */
export function joinRoom(
  { joining }: Dialect,
  { url, room }: { readonly url: string; readonly room: string },
): Promise<Joined> {
  // Compressing small messages would be what is measured.
  const socket = new WebSocket(url, { perMessageDeflate: false });
  return new Promise((resolve, reject) => {
    const giveUp = (cause: unknown) => {
      socket.terminate();
      reject(new Error(`cannot join ${room}`, { cause }));
    };
    const frames: Buffer[] = [];
    const timer = setTimeout(() => giveUp(`nothing for ${patienceMs} ms`), patienceMs);
    const finish = (state: Buffer) => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      resolve({ socket, state });
    };
    socket.on('error', giveUp);
    socket.on('close', (code, reason) => giveUp(`closed with ${code} ${String(reason)}`));
    socket.on('open', () => {
      if (joining === undefined) finish(Buffer.alloc(0));
      else for (const frame of joining.hello(room)) socket.send(frame);
    });
    socket.on('message', (message: RawData) => {
      if (joining === undefined || !Buffer.isBuffer(message)) return;
      frames.push(message);
      const { say, isState } = joining.hear(message, room);
      if (say !== undefined) socket.send(say);
      if (isState === true) finish(Buffer.concat(frames));
    });
  });
}
