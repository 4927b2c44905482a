import { setTimeout as sleep } from 'node:timers/promises';
import { type Person, register } from '../../testing/house-person.ts';
import { startHouse } from '../../testing/start-house.ts';

const longestMs = 120_000;

/** A house in which all else that is done with a video goes on as well. */
export async function startWatching() {
  const house = await startHouse();
  const person = await register(house.url, 'somebody');
  return {
    /** Seconds from the answer to an upload until every rendition has a segment. */
    async measure(bytes: Buffer): Promise<number> {
      const answer = await person.upload([{ name: 'lecture.mp4', bytes }]);
      const startedAt = performance.now();
      const { items }: { items: { id: string }[] } = JSON.parse(await answer.text());
      const [item] = items;
      if (item === undefined) throw new Error(`the upload was answered ${answer.status}`);
      try {
        return (await untilPlayable(person, item.id)) - startedAt;
      } finally {
        await person.send('DELETE', `/v1/materials/${item.id}`);
      }
    },
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  };
}

async function untilPlayable(person: Person, materialId: string): Promise<number> {
  const giveUpAt = performance.now() + longestMs;
  while (performance.now() < giveUpAt) {
    if (await isPlayable(person, `/v1/materials/${materialId}/hls`)) return performance.now();
    await sleep(50);
  }
  throw new Error('nothing can be played');
}

async function isPlayable({ send }: Person, hls: string): Promise<boolean> {
  const master = await send('GET', `${hls}/master.m3u8`);
  const text = await master.text();
  if (!master.ok) return false;
  const named = text
    .split('\n')
    .flatMap((line) => (line.startsWith('#') ? (/URI="([^"]+)"/.exec(line)?.[1] ?? []) : line));
  const lists = named.filter((line) => line.includes('.m3u8') && !line.includes('captions'));
  if (lists.length === 0) return false;
  for (const list of lists) {
    const { pathname, search } = new URL(list, `http://localhost${hls}/master.m3u8`);
    const playlist = await send('GET', pathname + search);
    if (!(await playlist.text()).includes('#EXTINF')) return false;
  }
  return true;
}
