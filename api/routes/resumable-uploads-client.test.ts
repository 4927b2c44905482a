import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { until } from '@lectern/db/testing/until';
import { DetailedError, Upload, type UploadOptions } from 'tus-js-client';
import { addCourse } from '../testing/add-course.ts';
import { listObjects } from '../testing/keep-count.ts';
import { startApi } from '../testing/start-api.ts';

let api = await startApi({ LECTERN_RATE_LIMIT: 'off' });
const { store, port } = api;
const { courseId, token } = await addCourse(store);
const chunkSize = 500_000;
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

function makeWords(label: string): Buffer {
  return Buffer.alloc(2_000_000, `${label}: the moon pulls the sea.\n`);
}

/** The client as an application has it: it is told where to, and who asks. */
function makeUpload(bytes: Buffer, more: Partial<UploadOptions> = {}) {
  const { promise, resolve, reject } = Promise.withResolvers<string | null>();
  const asked: string[] = [];
  const upload = new Upload(bytes, {
    endpoint: `http://127.0.0.1:${port}/v1/uploads`,
    chunkSize,
    retryDelays: null,
    metadata: { filename: 'client.txt', filetype: 'text/plain', courseId },
    headers: { Authorization: `Bearer ${token}` },
    onSuccess: ({ lastResponse }) => resolve(lastResponse.getHeader('Lectern-Material-Id') ?? null),
    onError: reject,
    ...more,
    onBeforeRequest: async (request) => {
      asked.push(request.getMethod());
      await more.onBeforeRequest?.(request);
    },
  });
  return { upload, asked, ended: promise };
}

async function checkMaterial(id: string | null, bytes: Buffer): Promise<void> {
  const material = await store.postgres
    .selectFrom('materials')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  assert.deepEqual([material.sha256, material.size_bytes], [sha256(bytes), bytes.length]);
  assert.equal(sha256(await buffer(await store.objects.read(material.object_key))), sha256(bytes));
}

/** Begins, and stops when two of four chunks are there. */
async function sendHalf(bytes: Buffer): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { upload } = makeUpload(bytes, {
    onChunkComplete: (_size, accepted) => {
      if (accepted === 2 * chunkSize) resolve();
    },
  });
  upload.start();
  await promise;
  await upload.abort();
  return upload.url ?? '';
}

test('a client that was closed goes on where it stopped', async () => {
  const bytes = makeWords('resumed');
  const uploadUrl = await sendHalf(bytes);
  const { upload, asked, ended } = makeUpload(bytes, { uploadUrl });
  upload.start();
  await checkMaterial(await ended, bytes);
  // What was on its way when the client was closed may have arrived all the same.
  assert.match(asked.join(' '), /^HEAD PATCH( PATCH)?$/);
});

test('a client whose upload became a material hears of it when it asks again', async () => {
  const bytes = makeWords('asked again');
  const first = makeUpload(bytes);
  first.upload.start();
  const materialId = await first.ended;
  const { upload, asked, ended } = makeUpload(bytes, { uploadUrl: first.upload.url });
  upload.start();
  assert.equal(await ended, materialId);
  assert.deepEqual(asked, ['HEAD']);
});

test('the file may begin in the first request', async () => {
  const bytes = makeWords('at once');
  const { upload, asked, ended } = makeUpload(bytes, {
    uploadDataDuringCreation: true,
    chunkSize: bytes.length,
  });
  upload.start();
  await checkMaterial(await ended, bytes);
  assert.deepEqual(asked, ['POST']);
});

test('a client whose proxy lets no PATCH through sends POST and says what it means', async () => {
  const bytes = makeWords('overridden');
  const uploadUrl = await sendHalf(bytes);
  const { upload, asked, ended } = makeUpload(bytes, { uploadUrl, overridePatchMethod: true });
  upload.start();
  await checkMaterial(await ended, bytes);
  assert.match(asked.join(' '), /^HEAD POST( POST)?$/);
});

test('each request may say the checksum of its bytes', async () => {
  const bytes = makeWords('summed');
  const checked: number[] = [];
  const { upload, ended } = makeUpload(bytes, {
    onBeforeRequest: (request) => {
      const offset = request.getHeader('Upload-Offset');
      if (offset === undefined) return;
      checked.push(Number(offset));
      const chunk = bytes.subarray(Number(offset), Number(offset) + chunkSize);
      const digest = createHash('sha256').update(chunk).digest('base64');
      request.setHeader('Upload-Checksum', `sha256 ${digest}`);
    },
  });
  upload.start();
  await checkMaterial(await ended, bytes);
  assert.deepEqual(checked, [0, 500_000, 1_000_000, 1_500_000]);
});

test('an upload that the client gives up leaves nothing', async () => {
  const bytes = makeWords('given up');
  const url = await sendHalf(bytes);
  await Upload.terminate(url, { headers: { Authorization: `Bearer ${token}` } });
  const id = url.split('/').at(-1) ?? '';
  const rows = await store.postgres.selectFrom('uploads').where('id', '=', id).execute();
  assert.deepEqual(rows, []);
  // A chunk that was on its way is written, counts no more, and goes then.
  await until('no piece is left', async () => {
    const keys = await listObjects(store.objects);
    return keys.every((key) => !key.startsWith('temp/'));
  });
});

test('a client that comes back too late begins again by itself', async () => {
  const bytes = makeWords('late');
  const uploadUrl = await sendHalf(bytes);
  await store.postgres
    .updateTable('uploads')
    .set({ touched_at: new Date(Date.now() - 25 * 3_600_000) })
    .where('id', '=', uploadUrl.split('/').at(-1) ?? '')
    .execute();
  const { upload, asked, ended } = makeUpload(bytes, { uploadUrl });
  upload.start();
  await checkMaterial(await ended, bytes);
  assert.equal(asked.join(' '), 'HEAD POST PATCH PATCH PATCH PATCH');
});

test('a client outlives a server that is killed and started again', async () => {
  const bytes = makeWords('killed');
  let restarted: Promise<void> | undefined;
  const { upload, ended } = makeUpload(bytes, {
    retryDelays: Array.from({ length: 100 }, () => 200),
    onChunkComplete: () => {
      restarted ??= (async () => {
        await api.kill();
        api = await api.startAgain();
      })();
    },
  });
  upload.start();
  await checkMaterial(await ended, bytes);
  assert.ok(restarted);
  await restarted;
});

test('what is refused for good is not tried again', async () => {
  const program = Buffer.alloc(2_000_000, '\x7fELF\0\x01');
  const { upload, asked, ended } = makeUpload(program, { retryDelays: [10, 10] });
  upload.start();
  await assert.rejects(ended, (error: unknown) => {
    assert.ok(error instanceof DetailedError);
    assert.equal(error.originalResponse?.getStatus(), 415);
    return true;
  });
  assert.deepEqual(asked, ['POST', 'PATCH']);
});
