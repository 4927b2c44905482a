import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { sendMail } from '@lectern/db/jobs/mail';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { exportKeyOf, finishExport } from '@lectern/db/postgres/exports';
import { newId } from '@lectern/db/postgres/new-id';
import type { RunState } from '@lectern/db/postgres/job-tables';
import { type Caller, freshApi, type TestApi } from '../testing/fresh-api.ts';

const zip = Buffer.from('PK what a worker would have packed');

async function ask(who: Caller): Promise<{ status: number; id: string; url: string }> {
  const answer = await who.call('GET', '/v1/me/export');
  const { id, url = '' } = answer.json();
  assert.equal(answer.headers.location, `/v1/me/exports/${id}`);
  return { status: answer.statusCode, id, url };
}

function setRun({ store }: TestApi, change: { state?: RunState; progress?: number }) {
  return store.postgres
    .updateTable('runs')
    .set(change)
    .where('job', '=', 'account.export')
    .execute();
}

/** Does what the worker does at its end. */
async function finish(api: TestApi, { userId }: Caller, exportId: string): Promise<void> {
  const { postgres, objects } = api.store;
  const objectKey = exportKeyOf({ id: exportId, user_id: userId });
  await objects.write(objectKey, Readable.from([zip]));
  await setRun(api, { state: 'done' });
  await postgres.transaction().execute(async (tx) => {
    await finishExport(tx, { exportId, objectKey, sizeBytes: zip.length });
    const meta = { subject: exportId, owner: userId };
    await enqueue(tx, sendMail, { kind: 'export_ready', id: exportId }, meta);
  });
}

async function countWork({ store }: TestApi) {
  const { postgres } = store;
  const exports = await postgres.selectFrom('exports').select('id').execute();
  const runs = await postgres
    .selectFrom('runs')
    .select('id')
    .where('job', '=', 'account.export')
    .execute();
  const entries = await postgres
    .selectFrom('audit_log')
    .select('id')
    .where('action', '=', 'account.export')
    .execute();
  return [exports.length, runs.length, entries.length];
}

async function freshExport() {
  const api = await freshApi();
  const me = await api.logIn();
  const { id } = await ask(me);
  await finish(api, me, id);
  const { url } = await ask(me);
  const read = (path: string, range?: string) =>
    api.app.inject({ url: path, headers: range === undefined ? {} : { range } });
  return { ...api, me, id, url, read };
}

test('an export is asked for once, and says how far it is', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  const first = await ask(me);
  assert.deepEqual([first.status, await ask(me)], [202, first]);
  assert.deepEqual(await countWork(api), [1, 1, 1]);
  const [run] = await api.store.postgres
    .selectFrom('runs')
    .select(['owner', 'subject', 'payload'])
    .execute();
  const payload = { exportId: first.id };
  assert.deepEqual(run, { owner: me.userId, subject: first.id, payload });
  const look = async () => {
    const answer = await me.call('GET', `/v1/me/exports/${first.id}`);
    assert.equal(answer.statusCode, 200);
    const { id, createdAt, expiresAt, ...rest } = answer.json();
    assert.equal(id, first.id);
    assert.equal(Date.parse(expiresAt) - Date.parse(createdAt), 3_600_000);
    return rest;
  };
  assert.deepEqual(await look(), { status: 'queued', progress: 0 });
  await setRun(api, { state: 'running', progress: 0.5 });
  assert.deepEqual(await look(), { status: 'processing', progress: 0.5 });
  await setRun(api, { state: 'failed' });
  assert.deepEqual(await look(), { status: 'failed', progress: 0.5 });
});

test('ten who ask at once get one export, and one that failed is begun anew', async () => {
  const api = await freshApi();
  const me = await api.logIn();
  const asked = await Promise.all(Array.from({ length: 10 }, () => ask(me)));
  assert.equal(new Set(asked.map(({ id }) => id)).size, 1);
  assert.deepEqual(await countWork(api), [1, 1, 1]);
  for (const [i, state] of (['failed', 'cancelled'] as const).entries()) {
    await setRun(api, { state });
    const again = await Promise.all(Array.from({ length: 10 }, () => ask(me)));
    assert.equal(new Set(again.map(({ id }) => id)).size, 1);
    assert.deepEqual(await countWork(api), [i + 2, i + 2, i + 2]);
  }
});

test('an export that is ready is downloaded without a login, whole or in parts', async () => {
  const { app, me, id, url, read } = await freshExport();
  const answer = await me.call('GET', '/v1/me/export');
  assert.equal(answer.statusCode, 200);
  const { status, progress, size } = answer.json();
  assert.deepEqual([status, progress, size], ['ready', 1, zip.length]);
  assert.match(url, new RegExp(`^/v1/exports/${id}/file\\?expires=\\d+&key=`));
  const whole = await read(url);
  assert.equal(whole.statusCode, 200);
  assert.deepEqual(whole.rawPayload, zip);
  assert.equal(whole.headers['content-type'], 'application/zip');
  assert.equal(whole.headers['content-length'], String(zip.length));
  assert.match(String(whole.headers['content-disposition']), /^attachment; .*lectern-export\.zip$/);
  const part = await read(url, 'bytes=3-6');
  assert.deepEqual([part.statusCode, part.body], [206, 'what']);
  assert.equal(part.headers['content-range'], `bytes 3-6/${zip.length}`);
  const tail = await read(url, 'bytes=-6');
  assert.deepEqual([tail.statusCode, tail.body], [206, 'packed']);
  assert.equal((await read(url, 'bytes=999-')).statusCode, 416);
  const head = await app.inject({ method: 'HEAD', url });
  assert.deepEqual([head.statusCode, head.body], [200, '']);
});

test('a mail about it that did not arrive does not make another export', async () => {
  const api = await freshExport();
  for (const state of ['failed', 'cancelled'] as const) {
    await api.store.postgres
      .updateTable('runs')
      .set({ state })
      .where('job', '=', 'mail.send')
      .execute();
    const { status, id } = await ask(api.me);
    assert.deepEqual([status, id], [200, api.id]);
  }
  assert.deepEqual(await countWork(api), [1, 1, 1]);
});

test('a link that was changed, has run out or is of another export opens nothing', async () => {
  const { me, id, url, read, store, ...api } = await freshExport();
  const other = await api.logIn();
  const theirs = await ask(other);
  await finish({ ...api, store }, other, theirs.id);
  const { url: foreign } = await ask(other);
  const path = `/v1/exports/${id}/file`;
  const lapsed = store.access.signLink(path, new Date(Date.now() - 1_000));
  const links = [
    lapsed,
    url.replace(/expires=(\d+)/, (_, at) => `expires=${Number(at) + 1}`),
    url.replace(/signature=./, 'signature='),
    url.replace(/signature=.*/, 'signature=x'),
    url.replace(/key=[^&]+/, 'key=x'),
    url.replace(id, theirs.id),
    foreign.replace(theirs.id, id),
    url.replace(id, newId()),
    store.access.signLink(`/v1/exports/${newId()}/file`, new Date(Date.now() + 60_000)),
  ];
  for (const link of links) {
    assert.notEqual(link, url);
    const answer = await read(link);
    assert.deepEqual([answer.statusCode, answer.json().code], [410, 'link_expired'], link);
  }
  for (const query of ['', '?expires=x&key=x&signature=x', `${url.slice(path.length)}&more=1`]) {
    assert.equal((await read(path + query)).statusCode, 400, query);
  }
  const byLogin = await me.call('GET', path);
  assert.equal(byLogin.statusCode, 400);
  assert.equal((await read(url)).statusCode, 200);
});

test('an export is shown to its person alone, while it lasts, and then there is a new one', async () => {
  const { store, me, id, ...api } = await freshExport();
  const [other, admin] = [await api.logIn(), await api.logIn('admin')];
  const look = (who: Caller, which = id) => who.call('GET', `/v1/me/exports/${which}`);
  for (const answer of [await look(other), await look(admin), await look(me, newId())]) {
    assert.deepEqual([answer.statusCode, answer.json().code], [404, 'not_found']);
  }
  assert.equal((await api.app.inject({ url: `/v1/me/exports/${id}` })).statusCode, 401);
  assert.equal((await api.app.inject({ url: '/v1/me/export' })).statusCode, 401);
  assert.notEqual((await ask(other)).id, id);
  await store.postgres
    .updateTable('exports')
    .set({ expires_at: new Date(Date.now() - 1_000) })
    .where('id', '=', id)
    .execute();
  assert.equal((await look(me)).statusCode, 404);
  const next = await ask(me);
  assert.equal(next.status, 202);
  assert.notEqual(next.id, id);
});

test('a link counts no longer than its export', async () => {
  const { store, me } = await freshExport();
  const soon = new Date(Date.now() + 60_000);
  await store.postgres.updateTable('exports').set({ expires_at: soon }).execute();
  const { url } = await ask(me);
  const expires = Number(new URL(url, 'https://lectern.example').searchParams.get('expires'));
  assert.equal(expires, Math.floor(soon.getTime() / 1_000));
});
