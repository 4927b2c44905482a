import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RawData, WebSocket } from 'ws';
import type { Dialect, Frame } from './dialect.ts';
import { joinRoom } from './join-room.ts';
import { countEdits, visitMarkers } from './markers.ts';

export type Room = {
  readonly name: string;
  readonly dialect: Dialect;
  /** Where each client goes; the first is the one that writes. */
  readonly urls: readonly string[];
};

export type Load = {
  readonly edits: number;
  /** So many are not counted. */
  readonly warmUp: number;
  readonly gapMs: number;
};

const patienceMs = 15_000;

/** How long each edit took to each of the others, by client. Fails when one did not get all of them. */
export async function measureFanOut(
  room: Room,
  { edits, warmUp, gapMs }: Load,
): Promise<Float64Array[]> {
  const { name, dialect, urls } = room;
  const frames = dialect.writeEdits(name, edits);
  const joined = await Promise.all(urls.map((url) => joinRoom(dialect, { url, room: name })));
  const [writer, ...others] = joined.map(({ socket }) => socket);
  if (writer === undefined) throw new Error('a room needs somebody who writes');
  const readers = others.map((socket) => readEdits(socket, edits));
  const [first] = frames;
  if (first !== undefined) writer.send(first);
  await awaitEdits(readers, 1);
  const sentAt = await sendEdits(writer, frames, gapMs);
  await awaitEdits(readers, edits);
  const kept = await countKeptEdits(room);
  if (kept < edits) throw new Error(`of ${edits} edits ${name} kept only ${kept}`);
  await leave([writer, ...others]);
  return readers.map(({ arrivedAt }) =>
    arrivedAt.subarray(warmUp).map((at, i) => at - (sentAt[warmUp + i] ?? Number.NaN)),
  );
}

type Reader = { readonly arrivedAt: Float64Array; count: number };

function readEdits(socket: WebSocket, edits: number): Reader {
  const reader = { arrivedAt: new Float64Array(edits), count: 0 };
  let nowMs = 0;
  const note = (edit: number) => {
    if (reader.arrivedAt[edit] !== 0) return;
    reader.arrivedAt[edit] = nowMs;
    reader.count++;
  };
  socket.on('message', (message: RawData) => {
    nowMs = performance.now();
    if (Buffer.isBuffer(message)) visitMarkers(message, note);
  });
  return reader;
}

/** By the clock and not by the end of the one before: whoever is slow gets no fewer. */
async function sendEdits(
  writer: WebSocket,
  frames: readonly Frame[],
  gapMs: number,
): Promise<Float64Array> {
  const sentAt = new Float64Array(frames.length);
  const startedMs = performance.now();
  for (const [edit, frame] of frames.entries()) {
    if (edit === 0) continue;
    const waitMs = startedMs + edit * gapMs - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    sentAt[edit] = performance.now();
    writer.send(frame);
  }
  return sentAt;
}

async function awaitEdits(readers: readonly Reader[], edits: number): Promise<void> {
  const giveUpAt = performance.now() + patienceMs;
  while (readers.some(({ count }) => count < edits)) {
    if (performance.now() > giveUpAt) {
      const counts = readers.map(({ count }) => count);
      throw new Error(`of ${edits} edits some got only ${Math.min(...counts)}`);
    }
    await sleep(20);
  }
}

/** What somebody sees who comes when all is said. */
async function countKeptEdits({ name, dialect, urls }: Room): Promise<number> {
  const url = urls.at(-1);
  if (dialect.joining === undefined || url === undefined) return Infinity;
  const { socket, state } = await joinRoom(dialect, { url, room: name });
  await leave([socket]);
  return countEdits(state);
}

async function leave(sockets: readonly WebSocket[]): Promise<void> {
  await Promise.all(
    sockets.map(async (socket) => {
      socket.close();
      await once(socket, 'close', { signal: AbortSignal.timeout(patienceMs) });
    }),
  );
}
