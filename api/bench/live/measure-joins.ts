import { appendUpdates } from '@lectern/db/postgres/documents';
import { median, say } from '../report.ts';
import { joinRoom } from './join-room.ts';
import type { Lectern } from './lectern-rooms.ts';
import { writeCourse } from './write-course.ts';
import { yWebsocketDialect } from './y-websocket-dialect.ts';

const rounds = 5;

/** From opening the socket until the document is there: the first who comes, and one who comes later. */
export async function measureJoins(lectern: Lectern, sizes: readonly number[]): Promise<void> {
  for (const nodes of sizes) {
    const { cold, warm, bytes } = await measureSize(lectern, nodes);
    say(
      `live  joining ${nodes} nodes (${Math.round(bytes / 1024)} kB): first ${cold.toFixed(1)} ms, later ${warm.toFixed(1)} ms`,
    );
  }
}

async function measureSize(lectern: Lectern, nodes: number) {
  const cold: number[] = [];
  const warm: number[] = [];
  const document = writeCourse(nodes);
  for (let round = 0; round < rounds; round++) {
    const { courseId, urls } = await lectern.addCourse();
    await appendUpdates(lectern.store.postgres, courseId, [{ data: document, userId: null }]);
    const url = urls[0] ?? '';
    const timed = async () => {
      const startedMs = performance.now();
      const { socket } = await joinRoom(yWebsocketDialect, { url, room: courseId });
      return { socket, ms: performance.now() - startedMs };
    };
    const first = await timed();
    const later = await timed();
    cold.push(first.ms);
    warm.push(later.ms);
    for (const { socket } of [first, later]) socket.terminate();
  }
  return { cold: median(cold), warm: median(warm), bytes: document.length };
}
