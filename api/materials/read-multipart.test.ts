import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { Problem } from '../problems/problem.ts';
import { findBoundary, readMultipart } from './read-multipart.ts';

const boundary = 'b-0-u-n-d';

type Read = { name: string; fileName: string | undefined; content: Buffer };

async function readAll(chunks: Iterable<Buffer>): Promise<Read[]> {
  const parts: Read[] = [];
  for await (const { name, fileName, bytes } of readMultipart(stream(chunks), boundary)) {
    const pieces: Buffer[] = [];
    for await (const piece of bytes) pieces.push(piece);
    parts.push({ name, fileName, content: Buffer.concat(pieces) });
  }
  return parts;
}

async function* stream(chunks: Iterable<Buffer>): AsyncGenerator<Buffer> {
  yield* chunks;
}

function form(parts: readonly { headers: string; content: Buffer }[], end = '--\r\n'): Buffer {
  const pieces = parts.flatMap(({ headers, content }) => [
    Buffer.from(`--${boundary}\r\n${headers}\r\n\r\n`),
    content,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}${end}`)]);
}

function* cut(bytes: Buffer, nextLength: () => number): Generator<Buffer> {
  for (let at = 0; at < bytes.length;) {
    const length = Math.max(1, nextLength());
    yield bytes.subarray(at, at + length);
    at += length;
  }
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
  `--${boundary}`,
  `x\r\r\n-\r\n--${boundary.slice(0, 6)}`,
].map((text) => Buffer.from(text));

test('parts come out as they went in, wherever the chunks are cut', async () => {
  const contents = [...tricky, randomBytes(3_000), Buffer.alloc(2_000, '\r\n--b')];
  const body = form(contents.map((content, i) => ({ headers: named(`f${i}`), content })));
  const lengths = [() => 1, () => 2, () => 7, () => body.length];
  for (let seed = 1; seed <= 40; seed++) {
    let state = seed;
    lengths.push(() => (state = (state * 48_271) % 2_147_483_647) % 97);
  }
  for (const nextLength of lengths) {
    const parts = await readAll(cut(body, nextLength));
    assert.deepEqual(
      parts.map(({ name, content }) => ({ name, content })),
      contents.map((content, i) => ({ name: `f${i}`, content })),
    );
  }
});

test('a part that is not read is skipped, and the next one is whole', async () => {
  const body = form([
    { headers: named('skipped'), content: randomBytes(10_000) },
    { headers: named('read'), content: Buffer.from('here') },
  ]);
  const names: string[] = [];
  let last = '';
  for await (const { name, bytes } of readMultipart(stream(cut(body, () => 100)), boundary)) {
    names.push(name);
    if (name === 'read') for await (const piece of bytes) last += piece.toString();
  }
  assert.deepEqual({ names, last }, { names: ['skipped', 'read'], last: 'here' });
});

test('what arrives after the headers is handed on without a copy', async () => {
  const first = form([{ headers: named('f'), content: Buffer.alloc(0) }]).subarray(0, -17);
  const second = Buffer.alloc(100_000, 'a');
  const pieces: Buffer[] = [];
  for await (const { bytes } of readMultipart(
    stream([first, second, Buffer.from(`\r\n--${boundary}--`)]),
    boundary,
  )) {
    for await (const piece of bytes) pieces.push(piece);
  }
  assert.equal(Buffer.concat(pieces).length, second.length);
  assert.ok(pieces.every((piece) => piece.buffer === second.buffer));
});

test('names are read as browsers, curl and RFC 5987 write them', async () => {
  const given = [
    'Content-Disposition: form-data; name="a"; filename="plain.txt"',
    'content-disposition:form-data;filename="q\\"uote.txt";name=b',
    'Content-Type: text/plain\r\nContent-Disposition: form-data; name="c"; filename="%22x%22.txt"',
    'Content-Disposition: form-data; name="d"; filename="?"; filename*=UTF-8\'\'%D0%BB%D0%B5%D0%BA.txt',
    'Content-Disposition: form-data; name="e"; filename="лекция.txt"',
    'Content-Disposition: form-data; name="f"',
    'Content-Disposition: form-data; name="g"; filename=""',
  ];
  const body = form(given.map((headers) => ({ headers, content: Buffer.from('x') })));
  const parts = await readAll([body]);
  assert.deepEqual(
    parts.map(({ name, fileName }) => [name, fileName]),
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

test('a broken form is refused and never read as a whole one', async () => {
  const whole = form([{ headers: named('f'), content: Buffer.from('content') }]);
  const broken: Record<string, Buffer> = {
    empty: Buffer.alloc(0),
    'without any boundary': Buffer.from('hello'),
    'cut off in the content': whole.subarray(0, whole.length - 15),
    'cut off before the last dashes': whole.subarray(0, whole.length - 4),
    'text after a boundary': Buffer.from(
      whole.toString().replace(`--${boundary}\r\n`, `--${boundary}x\r\n`),
    ),
    'a part without a name': form([{ headers: 'X-Other: 1', content: Buffer.from('x') }]),
    'headers without an end': Buffer.concat([
      Buffer.from(`--${boundary}\r\n`),
      Buffer.alloc(100_000, 'x'),
    ]),
    'too many parts': form(
      Array.from({ length: 1_001 }, () => ({ headers: named('f'), content: Buffer.from('x') })),
    ),
  };
  for (const [what, body] of Object.entries(broken)) {
    await assert.rejects(
      readAll(cut(body, () => 4_096)),
      (error) =>
        error instanceof Problem && error.status === 400 && error.code === 'invalid_multipart',
      what,
    );
  }
});

async function* failing(): AsyncGenerator<Buffer> {
  yield form([{ headers: named('f'), content: Buffer.from('content') }]).subarray(0, 90);
  throw new Error('hung up');
}

test('an error of the sender reaches whoever reads a part', async () => {
  await assert.rejects(async () => {
    for await (const { bytes } of readMultipart(failing(), boundary)) for await (const _ of bytes);
  }, /hung up/);
});

test('the boundary is found in the content type', () => {
  assert.equal(findBoundary('multipart/form-data; boundary=abc'), 'abc');
  assert.equal(findBoundary('Multipart/Form-Data; charset=utf-8; Boundary="a b"'), 'a b');
  assert.equal(findBoundary('application/json'), undefined);
  assert.equal(findBoundary(undefined), undefined);
  assert.throws(() => findBoundary('multipart/form-data'), Problem);
});
