import { setTimeout as sleep } from 'node:timers/promises';
import { drawPage } from '../testing/draw-page.ts';
import { encodePicture } from '../testing/encode-picture.ts';
import { docxParts, makeZip, paragraph } from '../testing/make-office.ts';
import { makePdf } from '../testing/make-pdf.ts';
import { type Answer, isDone, type NamedFile, register } from '../testing/house-person.ts';
import { startHouse } from '../testing/start-house.ts';

// Five hundred files of one author, dropped at once, and a single one of another after them.

const drops = 500;
const perRequest = 25;
const aloneRounds = 5;
const mostTimes = 2;

type Kind = 'notes' | 'pdf' | 'word' | 'picture';
const kinds: readonly Kind[] = [
  'notes',
  'notes',
  'pdf',
  'notes',
  'word',
  'pdf',
  'notes',
  'picture',
];

await using house = await startHouse({ isApart: true });
const [first, second] = [await enter('first'), await enter('second')];

const alone: number[] = [];
for (let i = 0; i < aloneRounds; i++)
  alone.push(await second.ingest(await makeFile(100_000 + i, 'pdf')));
const aloneMs = alone.toSorted((a, b) => a - b)[Math.floor(aloneRounds / 2)] ?? Number.NaN;

const dropped = await Promise.all(Array.from({ length: drops }, (_, i) => makeFile(i)));
const single = await makeFile(200_000, 'pdf');
const beganAt = performance.now();
for (let i = 0; i < drops; i += perRequest) await first.drop(dropped.slice(i, i + perRequest));
const droppedMs = performance.now() - beganAt;
const amongMs = await second.ingest(single);
await first.untilDone();
const minutes = (performance.now() - beganAt) / 60_000;

say(`ingest  ${drops} mixed files dropped in ${(droppedMs / 1_000).toFixed(1)} s`);
say(`ingest  ${(drops / minutes).toFixed(0)} files/min until the last is ready`);
say(`ingest  a single file alone ${aloneMs.toFixed(0)} ms, after them ${amongMs.toFixed(0)} ms`);
const times = amongMs / aloneMs;
const isMet = times <= mostTimes;
say(
  `ingest  a second author's file against its time alone: ${times.toFixed(2)} (goal ≤ ${mostTimes}) ${isMet ? 'met' : 'MISSED'}`,
);
process.exitCode = isMet ? 0 : 1;

async function enter(name: string) {
  const person = await register(house.url, name);
  const drop = async (files: readonly NamedFile[]): Promise<string[]> => {
    const answer = await person.upload(files);
    if (!answer.ok) throw new Error(`an upload was answered ${answer.status}`);
    const { items }: Answer = JSON.parse(await answer.text());
    return items.map(({ id }) => id);
  };
  return {
    drop,
    /** Milliseconds until it is ready. */
    async ingest(file: NamedFile): Promise<number> {
      const startedAt = performance.now();
      for (const id of await drop([file])) await person.untilDone(id);
      return performance.now() - startedAt;
    },
    async untilDone(): Promise<void> {
      let cursor = '';
      for (;;) {
        const page = `/v1/courses/${person.courseId}/materials?limit=100${cursor}`;
        const { items, nextCursor } = await person.call('GET', page);
        if (!items.every(isDone)) await sleep(500);
        else if (nextCursor === null) return;
        else cursor = `&cursor=${nextCursor}`;
      }
    },
  };
}

/** What people drop: notes in two languages, PDFs, Word files, and here and there a picture of a page. */
async function makeFile(n: number, kind = kinds[n % kinds.length]): Promise<NamedFile> {
  const words = `File ${n}. The moon pulls at the sea, and the tide comes twice a day. `;
  if (kind === 'pdf') {
    const texts = Array.from({ length: 40 }, (_, i) => ({
      text: words,
      x: 50,
      y: 740 - i * 16,
      size: 10,
    }));
    return { name: `${n}.pdf`, bytes: makePdf({ pages: [{ texts }, { texts }, { texts }] }) };
  }
  if (kind === 'word') {
    const body = paragraph(words).repeat(60);
    return { name: `${n}.docx`, bytes: await makeZip(docxParts({ body })) };
  }
  if (kind === 'picture') {
    const drawn = drawPage(words.repeat(4), { width: 1_200, height: 800, fontPx: 30 });
    return { name: `${n}.png`, bytes: await encodePicture(drawn, 'png') };
  }
  const text =
    n % 2 === 1 ? `# Прилив ${n}\n\nЛуна притягивает воду. ` : `# Tides ${n}\n\n${words}`;
  return { name: `${n}.md`, bytes: Buffer.from(text.repeat(30)) };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
