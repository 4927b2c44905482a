// A thread of the bench `hostile`: gives files that mean harm to a house for as long as it is told.
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { makeHostileOffice } from '../testing/hostile/hostile-office.ts';
import { makeHostilePdfs } from '../testing/hostile/hostile-pdf.ts';
import { makeHostilePictures } from '../testing/hostile/hostile-pictures.ts';
import { type Answer, register } from '../testing/house-person.ts';

/** What is larger costs by its way here, as any file of that size does. */
const mostBytes = 2 * 1024 * 1024;
const everyMs = 250;

if (parentPort === null) throw new Error('this is a thread of the bench hostile');
const port = parentPort;
const author = await register(String(workerData), 'author');
const lure = { file: 'file:///etc/hostname', url: 'http://127.0.0.1:9' };
const files = [makeHostileOffice, makeHostilePdfs, makeHostilePictures]
  .flatMap((make) => make(lure))
  .filter(({ bytes }) => bytes.length < mostBytes);
let given = 0;
port.postMessage('ready');
for (;;) {
  const [forMs] = await once(port, 'message');
  port.postMessage(await dropFor(Number(forMs)));
}

/** Each time a copy that differs: the same bytes twice would be one material. Tells how many, when all are done. */
async function dropFor(forMs: number): Promise<number> {
  const ids: string[] = [];
  const began = given;
  const endsAt = performance.now() + forMs;
  for (; performance.now() < endsAt; given++) {
    const file = files[given % files.length];
    if (file === undefined) break;
    const bytes = Buffer.concat([file.bytes, Buffer.from(`\n${given}`)]);
    const answer = await author.upload([{ name: file.name, bytes }]);
    const { items = [] }: Partial<Answer> = JSON.parse(await answer.text());
    ids.push(...items.map(({ id }) => id));
    await sleep(everyMs);
  }
  for (const id of ids) await author.untilDone(id);
  return given - began;
}
