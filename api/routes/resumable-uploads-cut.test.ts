import assert from 'node:assert/strict';
import { createHash, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { until } from '@lectern/db/testing/until';
import { Upload } from 'tus-js-client';
import { addCourse } from '../testing/add-course.ts';
import { listObjects } from '../testing/keep-count.ts';
import { openSocket } from '../testing/raw-http.ts';
import { startApi } from '../testing/start-api.ts';
import { metadataOf, tus } from '../testing/tus.ts';

const api = await startApi({ LECTERN_RATE_LIMIT: 'off' });
const { courseId, token } = await addCourse(api.store);
const authorization = `Bearer ${token}`;
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

function makeWords(label: string, size: number): Buffer {
  return Buffer.alloc(size, `${label}: the moon pulls the sea.\n`);
}

async function begin(size: number, port = api.port): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/uploads`, {
    method: 'POST',
    headers: {
      ...tus,
      authorization,
      'upload-length': String(size),
      'upload-metadata': metadataOf({ filename: 'a.txt', courseId }),
    },
  });
  assert.equal(answer.status, 201);
  return String(answer.headers.get('location'));
}

async function ask(path: string, port = api.port) {
  const headers = { ...tus, authorization };
  const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'HEAD', headers });
  assert.equal(answer.status, 200);
  const offset = Number(answer.headers.get('upload-offset'));
  return { offset, materialId: answer.headers.get('lectern-material-id') };
}

/** Says that it sends all the rest, sends some of it, and is gone. */
async function sendAndBreakOff(path: string, offset: number, rest: Buffer, count: number) {
  const socket = openSocket(api.port);
  const lines = [
    `PATCH ${path} HTTP/1.1`,
    'Host: localhost',
    `Authorization: ${authorization}`,
    'Tus-Resumable: 1.0.0',
    'Content-Type: application/offset+octet-stream',
    `Upload-Offset: ${offset}`,
    `Content-Length: ${rest.length}`,
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  socket.write(rest.subarray(0, count), () => socket.destroy());
  await once(socket, 'close');
}

async function checkMaterial(materialId: string | null, bytes: Buffer): Promise<void> {
  const material = await api.store.postgres
    .selectFrom('materials')
    .selectAll()
    .where('id', '=', materialId ?? '')
    .executeTakeFirstOrThrow();
  assert.deepEqual([material.sha256, material.size_bytes], [sha256(bytes), bytes.length]);
  const kept = await buffer(await api.store.objects.read(material.object_key));
  assert.equal(sha256(kept), sha256(bytes));
}

test('an upload that is cut off at fifty places arrives whole', async () => {
  const bytes = makeWords('fifty', 6_000_000);
  const path = await begin(bytes.length);
  for (let cut = 1; cut <= 50; cut++) {
    const { offset } = await ask(path);
    const left = bytes.length - offset;
    await sendAndBreakOff(path, offset, bytes.subarray(offset), randomInt(Math.ceil(left / 10)));
  }
  // What was on its way when the last connection broke may still be counted.
  let state = await ask(path);
  while (state.materialId === null) {
    await fetch(`http://127.0.0.1:${api.port}${path}`, {
      method: 'PATCH',
      headers: {
        ...tus,
        authorization,
        'content-type': 'application/offset+octet-stream',
        'upload-offset': String(state.offset),
      },
      body: Uint8Array.from(bytes.subarray(state.offset)),
    });
    state = await ask(path);
  }
  await checkMaterial(state.materialId, bytes);
  const pieces = (await listObjects(api.store.objects)).filter((key) => key.startsWith('temp/'));
  assert.deepEqual(pieces, []);
});

test('what was kept outlives a process that is killed, and another process goes on with it', async () => {
  const bytes = makeWords('killed', 40_000_000);
  const first = await api.startAgain(api.port + 1);
  const path = await begin(bytes.length, first.port);
  const socket = openSocket(first.port);
  socket.write(
    [
      `PATCH ${path} HTTP/1.1`,
      'Host: localhost',
      `Authorization: ${authorization}`,
      'Tus-Resumable: 1.0.0',
      'Content-Type: application/offset+octet-stream',
      'Upload-Offset: 0',
      `Content-Length: ${bytes.length}`,
      '\r\n',
    ].join('\r\n'),
  );
  socket.write(bytes.subarray(0, 35_000_000));
  await until('a piece counts', async () => {
    const { offset_bytes: offset } = await api.store.postgres
      .selectFrom('uploads')
      .select('offset_bytes')
      .where('id', '=', path.split('/').at(-1) ?? '')
      .executeTakeFirstOrThrow();
    return offset > 0;
  });
  await first.kill();
  const { offset } = await ask(path);
  assert.ok(offset >= 16_000_000, `${offset}`);
  const answer = await fetch(`http://127.0.0.1:${api.port}${path}`, {
    method: 'PATCH',
    headers: {
      ...tus,
      authorization,
      'content-type': 'application/offset+octet-stream',
      'upload-offset': String(offset),
    },
    body: Uint8Array.from(bytes.subarray(offset)),
  });
  assert.equal(answer.status, 204);
  await checkMaterial(answer.headers.get('lectern-material-id'), bytes);
});

test('tus-js-client uploads in chunks as it does anywhere', async () => {
  const bytes = makeWords('client', 3_000_000);
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  let materialId: string | undefined;
  const upload = new Upload(bytes, {
    endpoint: `http://127.0.0.1:${api.port}/v1/uploads`,
    chunkSize: 1_000_000,
    metadata: { filename: 'client.txt', filetype: 'text/plain', courseId },
    headers: { Authorization: authorization },
    onAfterResponse: (_request, response) => {
      materialId = response.getHeader('Lectern-Material-Id') ?? materialId;
    },
    onSuccess: () => resolve(materialId),
    onError: reject,
  });
  upload.start();
  await checkMaterial((await promise) ?? null, bytes);
});

test('fifty uploads of one file at the same moment become one material', async () => {
  const bytes = makeWords('at once', 200_000);
  const ids = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const answer = await fetch(`http://127.0.0.1:${api.port}/v1/uploads`, {
        method: 'POST',
        headers: {
          ...tus,
          authorization,
          'content-type': 'application/offset+octet-stream',
          'upload-length': String(bytes.length),
          'upload-metadata': metadataOf({ filename: 'a.txt', courseId }),
        },
        body: Uint8Array.from(bytes),
      });
      assert.equal(answer.status, 201);
      return answer.headers.get('lectern-material-id');
    }),
  );
  assert.equal(new Set(ids).size, 1);
  await checkMaterial(ids[0] ?? null, bytes);
  const { length } = (await listObjects(api.store.objects)).filter((key) =>
    key.includes('/original'),
  );
  const rows = await api.store.postgres.selectFrom('materials').select('id').execute();
  assert.equal(length, rows.length);
});
