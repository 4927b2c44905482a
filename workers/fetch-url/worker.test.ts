import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { fetchMaterial } from '@lectern/db/jobs/fetch';
import { StoreFull } from '@lectern/db/objects/objects';
import type { Store } from '@lectern/db/open';
import { insertWanted } from '@lectern/db/postgres/fetched-materials';
import { newId } from '@lectern/db/postgres/new-id';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { addMaterial } from '../testing/add-material.ts';
import { runTwice } from '../testing/run-twice.ts';
import { fetchWorker, makeFetchWorker } from './worker.ts';

const words = 'The moon pulls at the sea.';
let store: Store;
let port: number;
let server: Server;
const asked: string[] = [];

const answers: Readonly<Record<string, RequestListener>> = {
  '/notes': (_request, response) => {
    response.setHeader(
      'content-disposition',
      "attachment; filename*=UTF-8''%D0%9F%D1%80%D0%B8%D0%BB%D0%B8%D0%B2.md",
    );
    response.end(words);
  },
  '/packed.txt': (_request, response) => {
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync(words + words));
  },
  '/away': (_request, response) => response.writeHead(302, { location: '/notes' }).end(),
  '/inside': (_request, response) =>
    response.writeHead(302, { location: 'http://10.0.0.1/secret' }).end(),
  '/round': (_request, response) => response.writeHead(302, { location: '/round' }).end(),
  '/closed': (_request, response) => response.writeHead(403).end(),
  '/page': (_request, response) => response.end(Buffer.from([1, 2, 3, 4, 0, 0])),
  '/empty': (_request, response) => response.end(),
  '/bomb': (_request, response) => {
    response.setHeader('content-encoding', 'gzip');
    response.end(gzipSync(Buffer.alloc(3_000_000, 'a')));
  },
  '/broken': (_request, response) => {
    response.setHeader('content-length', '5000');
    response.write('a');
    response.socket?.destroySoon();
  },
  '/failing': (_request, response) => response.writeHead(503).end(),
  '/large': (_request, response) => {
    response.setHeader('content-length', '5000000');
    response.write('a');
  },
};

before(async () => {
  store = await freshStore({ env: { LECTERN_MAX_UPLOAD: '1MB' } });
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = answers[request.url ?? ''];
    if (answer === undefined) response.writeHead(404).end();
    else answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
after(() => {
  server.closeAllConnections();
  server.close();
});

/** The server on this machine stands for one out there; all else is as it is for everybody. */
const here = makeFetchWorker({
  isAllowed: (address) => address === '127.0.0.1',
  readUrl: (text) => URL.parse(text) ?? 'This is no address.',
});

async function fetchFrom(path: string, worker = here, from = store, attempts = 0) {
  const { courseId, ownerId } = await addMaterial(store, { bytes: Buffer.from(newId()) });
  const id = newId();
  const url = path.startsWith('http') ? path : `http://127.0.0.1:${port}${path}`;
  const author = { userId: ownerId, requestId: null, address: null };
  await insertWanted(
    store.postgres,
    { id, courseId, ownerId, url, fileName: 'file', kind: 'document' },
    author,
  );
  const run = await runTwice(from, worker, {
    payload: { materialId: id },
    meta: { subject: id, owner: ownerId },
    attempts,
  });
  const material = await store.postgres
    .selectFrom('materials')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return { run, material, courseId, ownerId };
}

test('a fetched file is what its server says, and its stages begin', async () => {
  const { run, material } = await fetchFrom('/away');
  assert.equal(run.state, 'done');
  assert.equal(material.file_name, 'Прилив.md');
  assert.deepEqual(
    [material.kind, material.media_type, material.size_bytes],
    ['text', 'text/markdown', words.length],
  );
  assert.equal(material.sha256, createHash('sha256').update(words).digest('hex'));
  assert.equal((await store.objects.stat(material.object_key))?.sizeBytes, words.length);
  const stages = await store.postgres
    .selectFrom('runs')
    .select('job')
    .where('subject', '=', material.id)
    .where('job', '=', 'material.extract')
    .execute();
  assert.ok(stages.length > 0);
});

test('what comes packed is unpacked, within the size that a file may have', async () => {
  const { material } = await fetchFrom('/packed.txt');
  assert.deepEqual([material.file_name, material.size_bytes], ['packed.txt', words.length * 2]);
  const { run } = await fetchFrom('/bomb');
  assert.deepEqual([run.state, run.error?.code], ['cancelled', 'file_too_large']);
});

test('what cannot be taken says why, and leaves no file', async () => {
  const codes: Readonly<Record<string, string>> = {
    '/missing': 'url_refused',
    '/closed': 'url_refused',
    '/page': 'unsupported_media',
    '/empty': 'file_empty',
    '/round': 'too_many_redirects',
    '/large': 'file_too_large',
    'http://no-such-host.invalid/notes': 'host_not_found',
    [`https://127.0.0.1:${port}/notes`]: 'not_a_web_server',
  };
  for (const [path, code] of Object.entries(codes)) {
    const { run, material } = await fetchFrom(path);
    assert.deepEqual([run.state, run.error?.code], ['cancelled', code], path);
    assert.equal(await store.objects.stat(material.object_key), undefined);
    assert.match(material.sha256, /^pending:/);
  }
});

test('a server that is away is asked again, and after the last time its owner is told', async () => {
  const codes: Readonly<Record<string, string>> = {
    '/broken': 'server_unreachable',
    '/failing': 'server_failing',
    // Nobody listens there.
    'http://127.0.0.1:1/notes': 'server_unreachable',
  };
  for (const [path, code] of Object.entries(codes)) {
    const again = await fetchFrom(path);
    assert.deepEqual([again.run.state, again.run.error?.code], ['queued', code], path);
    const last = await fetchFrom(path, here, store, fetchMaterial.retry.attempts - 1);
    assert.deepEqual([last.run.state, last.run.error?.code], ['cancelled', code], path);
    assert.match(last.run.error?.message ?? '', /127\.0\.0\.1.*Try again later/);
    assert.equal(await store.objects.stat(last.material.object_key), undefined);
  }
});

test('a file for which its owner has no room left is not kept', async () => {
  const poor = { ...store, config: { ...store.config, userQuotaBytes: words.length - 1 } };
  const { run, material } = await fetchFrom('/notes', here, poor);
  assert.deepEqual([run.state, run.error?.code], ['cancelled', 'quota_exceeded']);
  assert.match(material.sha256, /^pending:/);
  const objects = [];
  for await (const { key } of store.objects.list(
    `materials/${material.course_id}/${material.id}/`,
  )) {
    objects.push(key);
  }
  assert.deepEqual(objects, []);
});

test('a file for which there is no room is tried again later, and leaves nothing', async () => {
  const full: Store['objects'] = {
    ...store.objects,
    async write(_key, source) {
      for await (const chunk of source) if (chunk.length > 0) break;
      throw new StoreFull('there is no room left');
    },
  };
  const { run, material } = await fetchFrom('/notes', here, { ...store, objects: full });
  assert.deepEqual([run.state, run.error?.code], ['queued', 'insufficient_storage']);
  assert.match(material.sha256, /^pending:/);
  const stages = await store.postgres
    .selectFrom('runs')
    .select('job')
    .where('subject', '=', material.id)
    .execute();
  assert.deepEqual([...new Set(stages.map(({ job }) => job))], ['material.fetch']);
});

test('a redirect to an address that is not allowed is not followed', async () => {
  const { run } = await fetchFrom('/inside');
  assert.deepEqual([run.state, run.error?.code], ['cancelled', 'url_not_allowed']);
});

test('a name that leads to this machine is not connected to', async () => {
  const askedBefore = asked.length;
  for (const url of [`http://localhost:${port}/notes`, `http://127.0.0.1:${port}/notes`]) {
    const { run } = await fetchFrom(url, fetchWorker);
    assert.deepEqual([run.state, run.error?.code], ['cancelled', 'url_not_allowed']);
  }
  // The address looks harmless, and only what its name stands for tells.
  const byName = makeFetchWorker({
    isAllowed: () => false,
    readUrl: (text) => URL.parse(text) ?? 'This is no address.',
  });
  const { run } = await fetchFrom(`http://localhost:${port}/notes`, byName);
  assert.deepEqual([run.state, run.error?.code], ['cancelled', 'url_not_allowed']);
  assert.equal(asked.length, askedBefore);
});

test('a file that the course has already is named, and not kept twice', async () => {
  const first = await fetchFrom('/notes');
  const { courseId, ownerId } = first;
  const id = newId();
  await insertWanted(
    store.postgres,
    { id, courseId, ownerId, url: `http://127.0.0.1:${port}/notes`, fileName: 'b', kind: 'text' },
    { userId: ownerId, requestId: null, address: null },
  );
  const run = await runTwice(store, here, { payload: { materialId: id }, meta: { subject: id } });
  assert.equal(run.error?.code, 'already_here');
  assert.match(run.error?.message ?? '', /Прилив\.md/);
  assert.equal(await store.objects.stat(`materials/${courseId}/${id}/original.md`), undefined);
});
