// A thread of the bench `hostile`: gives files, honest ones or such that mean harm, to a house for as long as it is told.
import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { drawPage } from '../testing/draw-page.ts';
import { encodePicture } from '../testing/encode-picture.ts';
import { makeHostileOffice } from '../testing/hostile/hostile-office.ts';
import { makeHostilePdfs } from '../testing/hostile/hostile-pdf.ts';
import { makeHostilePictures } from '../testing/hostile/hostile-pictures.ts';
import { type Answer, register } from '../testing/house-person.ts';
import { docxParts, makeZip, paragraph } from '../testing/make-office.ts';
import { makePdf } from '../testing/make-pdf.ts';

export type Order = { readonly forMs: number; readonly isHostile: boolean };

/** What is larger costs by its way here, as any file of that size does. */
const mostBytes = 2 * 1024 * 1024;
/** Seldom, as people look. */
const lookMs = 250;
const words = 'The moon pulls at the sea, and the tide comes twice a day. ';

if (parentPort === null) throw new Error('this is a thread of the bench hostile');
const port = parentPort;
const author = await register(String(workerData), 'author');
const lure = { file: 'file:///etc/hostname', url: 'http://127.0.0.1:9' };
const hostile = [makeHostileOffice, makeHostilePdfs, makeHostilePictures]
  .flatMap((make) => make(lure))
  .filter(({ bytes }) => bytes.length < mostBytes);
const texts = Array.from({ length: 40 }, (_, i) => ({
  text: words,
  x: 50,
  y: 740 - i * 16,
  size: 10,
}));
const picture = drawPage(words.repeat(4), { width: 1_200, height: 800, fontPx: 30 });
const honest = [
  { name: 'lecture.docx', bytes: await makeZip(docxParts({ body: paragraph(words).repeat(40) })) },
  { name: 'lecture.pdf', bytes: makePdf({ pages: [{ texts }, { texts }] }) },
  { name: 'scan.png', bytes: await encodePicture(picture, 'png') },
];
let given = 0;
port.postMessage('ready');
for (;;) {
  const [order]: Order[] = await once(port, 'message');
  if (order !== undefined) port.postMessage(await dropFor(order));
}

/** One after another, each a copy that differs: the same bytes twice would be one material. Tells how many. */
async function dropFor({ forMs, isHostile }: Order): Promise<number> {
  const files = isHostile ? hostile : honest;
  const began = given;
  const endsAt = performance.now() + forMs;
  for (; performance.now() < endsAt; given++) {
    const file = files[given % files.length];
    if (file === undefined) break;
    const bytes = Buffer.concat([file.bytes, Buffer.from(`\n${given}`)]);
    const answer = await author.upload([{ name: file.name, bytes }]);
    const { items = [] }: Partial<Answer> = JSON.parse(await answer.text());
    for (const { id } of items) await author.untilDone(id, lookMs);
  }
  return given - began;
}
