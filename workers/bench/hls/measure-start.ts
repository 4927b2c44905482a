import { setTimeout as sleep } from 'node:timers/promises';
import { register } from '../../testing/house-person.ts';
import { startHouse } from '../../testing/start-house.ts';

const longestMs = 120_000;

/** Seconds from the answer to an upload until every rendition has a segment, in a house where all else goes on. */
export async function measureStart(bytes: Buffer): Promise<number> {
  await using house = await startHouse();
  const person = await register(house.url, 'somebody');
  const answer = await person.upload([{ name: 'lecture.mp4', bytes }]);
  const startedAt = performance.now();
  const { items }: { items: { id: string }[] } = JSON.parse(await answer.text());
  const [item] = items;
  if (item === undefined) throw new Error(`the upload was answered ${answer.status}`);
  const hls = `/v1/materials/${item.id}/hls`;
  while (performance.now() - startedAt < longestMs) {
    if (await isPlayable(person.send, hls)) return (performance.now() - startedAt) / 1_000;
    await sleep(50);
  }
  throw new Error('nothing can be played');
}

type Send = Awaited<ReturnType<typeof register>>['send'];

async function isPlayable(send: Send, hls: string): Promise<boolean> {
  const master = await send('GET', `${hls}/master.m3u8`);
  const text = await master.text();
  if (!master.ok) return false;
  const named = text
    .split('\n')
    .flatMap((line) => (line.startsWith('#') ? (/URI="([^"]+)"/.exec(line)?.[1] ?? []) : line));
  const lists = named.filter((line) => line.includes('.m3u8') && !line.includes('captions'));
  if (lists.length < 4) return false;
  for (const list of lists) {
    const { pathname, search } = new URL(list, `http://localhost${hls}/master.m3u8`);
    const playlist = await send('GET', pathname + search);
    if (!(await playlist.text()).includes('#EXTINF')) return false;
  }
  return true;
}
