import { setTimeout as sleep } from 'node:timers/promises';
import { drawPage } from '../testing/draw-page.ts';
import { encodePicture } from '../testing/encode-picture.ts';
import { docxParts, makeZip, paragraph } from '../testing/make-office.ts';
import { makePdf } from '../testing/make-pdf.ts';
import { startHouse } from './start-house.ts';

// Five hundred files of one author, dropped at once, and a single one of another after them.

const drops = 500;
const perRequest = 25;
const aloneRounds = 5;
const mostTimes = 2;

type Answer = {
  readonly id: string;
  readonly accessToken: string;
  readonly status: string;
  readonly items: readonly { readonly id: string; readonly status: string }[];
  readonly nextCursor: string | null;
};

type File = { readonly name: string; readonly bytes: Buffer };

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

await using house = await startHouse();
const [first, second] = [await register('first'), await register('second')];

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

async function register(name: string) {
  const call = async (
    method: string,
    path: string,
    body?: object | FormData,
    token?: string,
  ): Promise<Answer> => {
    const isForm = body instanceof FormData;
    const answer = await fetch(house.url + path, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    });
    if (!answer.ok)
      throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    const said: Answer = JSON.parse(await answer.text());
    return said;
  };
  const account = { email: `${name}@bench.example`, password: 'correct horse battery 9!', name };
  const { accessToken } = await call('POST', '/v1/auth/register', account);
  const { id: courseId } = await call('POST', '/v1/courses', { title: name }, accessToken);
  const materials = `/v1/courses/${courseId}/materials`;

  const drop = async (files: readonly File[]): Promise<string[]> => {
    const form = new FormData();
    for (const { name: fileName, bytes } of files) {
      form.append('file', new Blob([Uint8Array.from(bytes)]), fileName);
    }
    const { items } = await call('POST', materials, form, accessToken);
    return items.map(({ id }) => id);
  };
  const isDone = (status: string) => ['ready', 'partial', 'failed'].includes(status);
  return {
    drop,
    /** Milliseconds until it is ready. */
    async ingest(file: File): Promise<number> {
      const startedAt = performance.now();
      const [id] = await drop([file]);
      for (;;) {
        const { status } = await call('GET', `/v1/materials/${id}`, undefined, accessToken);
        if (isDone(status)) return performance.now() - startedAt;
        await sleep(20);
      }
    },
    async untilDone(): Promise<void> {
      let cursor = '';
      for (;;) {
        const page = `${materials}?limit=100${cursor}`;
        const { items, nextCursor } = await call('GET', page, undefined, accessToken);
        if (!items.every(({ status }) => isDone(status))) await sleep(500);
        else if (nextCursor === null) return;
        else cursor = `&cursor=${nextCursor}`;
      }
    },
  };
}

/** What people drop: notes in two languages, PDFs, Word files, and here and there a picture of a page. */
async function makeFile(n: number, kind = kinds[n % kinds.length]): Promise<File> {
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
