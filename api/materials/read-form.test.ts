import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import multipart from '@fastify/multipart';
import Fastify from 'fastify';
import { Problem } from '../problems/problem.ts';
import { formOptions, readForm } from './read-form.ts';

const boundary = 'b-0-u-n-d';

type Read = { name: string; fileName: string | undefined; content: Buffer };

let read: Read[] = [];
const app = Fastify();
await app.register(multipart, formOptions({ maxUploadBytes: 100_000 }));
app.post('/', async (request, reply) => {
  read = [];
  try {
    for await (const { name, fileName, bytes } of readForm(request, { bodyTimeoutMs: 10_000 })) {
      const pieces: Buffer[] = [];
      if (name !== 'skipped') for await (const piece of bytes) pieces.push(piece);
      read.push({ name, fileName, content: Buffer.concat(pieces) });
    }
    return 'whole';
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    reply.header('detail', error.message);
    return reply.send(`${error.status} ${error.code}`);
  }
});
after(() => app.close());

async function send(body: Buffer, nextLength = () => body.length): Promise<string> {
  return (await ask(body, nextLength)).body;
}

function ask(body: Buffer, nextLength = () => body.length) {
  const headers = { 'content-type': `multipart/form-data; boundary="${boundary}"` };
  const payload = Readable.from(cut(body, nextLength), { objectMode: false });
  return app.inject({ method: 'POST', url: '/', headers, payload });
}

function* cut(bytes: Buffer, nextLength: () => number): Generator<Buffer> {
  for (let at = 0; at < bytes.length;) {
    const length = Math.max(1, nextLength());
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

function form(parts: readonly { headers: string; content: Buffer }[], end = '--\r\n'): Buffer {
  const pieces = parts.flatMap(({ headers, content }) => [
    Buffer.from(`--${boundary}\r\n${headers}\r\n\r\n`),
    content,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}${end}`)]);
}

const named = (name: string) =>
  `Content-Disposition: form-data; name="${name}"; filename="${name}.txt"`;

/** Contents that look like what ends them. */
const tricky = [
  '',
  '\r',
  '\r\n',
  '\r\n--',
  `\r\n--${boundary.slice(0, -1)}`,
  `\r\n\r\n--${boundary.slice(0, 4)}\r\n--b`,
  `--${boundary.slice(1)}`,
  `x\r\r\n-\r\n--${boundary.slice(0, 6)}`,
].map((text) => Buffer.from(text));

test('files come out as they went in, wherever the chunks are cut', async () => {
  const contents = [...tricky, randomBytes(3_000), Buffer.alloc(2_000, '\r\n--b')];
  const body = form(contents.map((content, i) => ({ headers: named(`f${i}`), content })));
  const lengths = [() => 1, () => 2, () => 7, () => body.length];
  for (let seed = 1; seed <= 20; seed++) {
    let state = seed;
    lengths.push(() => (state = (state * 48_271) % 2_147_483_647) % 97);
  }
  for (const nextLength of lengths) {
    assert.equal(await send(body, nextLength), 'whole');
    assert.deepEqual(
      read.map(({ name, content }) => ({ name, content })),
      contents.map((content, i) => ({ name: `f${i}`, content })),
    );
  }
});

test('a file that is not read is skipped, and the next one is whole', async () => {
  const body = form([
    { headers: named('skipped'), content: randomBytes(90_000) },
    { headers: named('read'), content: Buffer.from('here') },
  ]);
  assert.equal(await send(body, () => 1_000), 'whole');
  assert.deepEqual(
    read.map(({ name, content }) => [name, content.toString()]),
    [
      ['skipped', ''],
      ['read', 'here'],
    ],
  );
});

test('names are read as browsers, curl and older programs write them', async () => {
  const given = [
    'Content-Disposition: form-data; name="a"; filename="plain.txt"',
    'content-disposition:form-data;filename="q\\"uote.txt";name=b',
    'Content-Type: text/plain\r\nContent-Disposition: form-data; name="c"; filename="%22x%22.txt"',
    'Content-Disposition: form-data; name="d"; filename*=UTF-8\'\'%D0%BB%D0%B5%D0%BA.txt',
    'Content-Disposition: form-data; name="e"; filename="лекция.txt"',
    'Content-Disposition: form-data; name="f"',
    'Content-Disposition: form-data; name="g"; filename=""',
  ];
  const body = form(given.map((headers) => ({ headers, content: Buffer.from('x') })));
  assert.equal(await send(body), 'whole');
  assert.deepEqual(
    read.map(({ name, fileName }) => [name, fileName]),
    [
      ['a', 'plain.txt'],
      ['b', 'q"uote.txt'],
      ['c', '"x".txt'],
      ['d', 'лек.txt'],
      ['e', 'лекция.txt'],
      ['f', undefined],
      ['g', ''],
    ],
  );
});

const field = { headers: 'Content-Disposition: form-data; name="f"', content: Buffer.from('x') };
const file = { headers: named('f'), content: Buffer.from('content') };

test('a broken form is refused and never read as a whole one', async () => {
  const whole = form([file]);
  const broken: Record<string, Buffer> = {
    empty: Buffer.alloc(0),
    'without any boundary': Buffer.from('hello'),
    'cut off in the content': whole.subarray(0, whole.length - 15),
    'cut off before the last dashes': whole.subarray(0, whole.length - 4),
    'a part without a name': form([
      { ...file, headers: 'Content-Disposition: form-data; filename="x"' },
    ]),
    'headers without an end': Buffer.concat([
      Buffer.from(`--${boundary}\r\n`),
      Buffer.alloc(100_000, 'x'),
    ]),
    'a field too long': form([{ ...field, content: Buffer.alloc(65_537, 'x') }]),
    'too many files': form(Array.from({ length: 101 }, () => file)),
    'too many fields': form(Array.from({ length: 101 }, () => field)),
  };
  for (const [what, body] of Object.entries(broken)) {
    assert.equal(await send(body, () => 4_096), '400 invalid_multipart', what);
  }
  const detailOf = async (part: typeof file) =>
    (await ask(form(Array.from({ length: 101 }, () => part)))).headers['detail'];
  assert.match(String(await detailOf(file)), /100 files/);
  assert.match(String(await detailOf(field)), /100 fields/);
  assert.equal(await send(form(Array.from({ length: 100 }, () => [file, field]).flat())), 'whole');
  assert.equal(read.length, 200);
});
