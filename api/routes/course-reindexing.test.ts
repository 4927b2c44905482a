import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { listAudit } from '@lectern/db/postgres/audit';
import { newId } from '@lectern/db/postgres/new-id';
import { until } from '@lectern/db/testing/until';
import { listen } from '../testing/fresh-api.ts';
import { freshCourse } from '../testing/fresh-course.ts';

async function begin() {
  const course = await freshCourse();
  const { store, me, courseId } = course;
  const url = `/v1/courses/${courseId}`;
  const reindex = () => me.call('POST', `${url}/reindex`);
  const read = (known?: string) =>
    me.call('GET', url, { headers: known === undefined ? {} : { 'if-none-match': known } });
  const listRuns = () =>
    store.postgres
      .selectFrom('runs')
      .select(['id', 'state', 'owner', 'payload'])
      .where('subject', '=', courseId)
      .where('job', '=', 'course.reindex')
      .orderBy('id')
      .execute();
  /** As the worker and the ledger do it. */
  const work = (state: 'running' | 'done' | 'failed', progress: number) =>
    store.postgres
      .updateTable('runs')
      .set({
        state,
        progress,
        ...(state !== 'running' && { finished_at: new Date() }),
        ...(state === 'failed' && { error: '{"code":"x","message":"It failed."}' }),
      })
      .where('subject', '=', courseId)
      .where('job', '=', 'course.reindex')
      .where('finished_at', 'is', null)
      .execute();
  return { ...course, url, reindex, read, listRuns, work };
}

test('a course that is indexed anew says so, as long as it takes', async () => {
  const { me, courseId, url, reindex, read, listRuns, work } = await begin();
  assert.equal('reindex' in (await read()).json(), false);
  const answer = await reindex();
  assert.deepEqual([answer.statusCode, answer.headers['location']], [202, url]);
  const queued = { status: 'queued', progress: 0 };
  assert.deepEqual([answer.json().id, answer.json().reindex], [courseId, queued]);
  const [run, ...others] = await listRuns();
  assert.deepEqual([run?.owner, run?.payload, others], [me.userId, { courseId }, []]);
  await work('running', 0.5);
  assert.deepEqual((await read()).json().reindex, { status: 'processing', progress: 0.5 });
  await work('done', 1);
  assert.equal('reindex' in (await read()).json(), false);
});

test('however many ask, there is one run, until it has ended', async () => {
  const { store, courseId, reindex, listRuns, work } = await begin();
  const answers = await Promise.all(Array.from({ length: 8 }, reindex));
  assert.deepEqual([...new Set(answers.map(({ statusCode }) => statusCode))], [202]);
  assert.equal((await listRuns()).length, 1);
  await work('running', 0.4);
  assert.equal((await reindex()).json().reindex.progress, 0.4);
  assert.equal((await listRuns()).length, 1);
  await work('done', 1);
  assert.equal((await reindex()).json().reindex.progress, 0);
  assert.deepEqual(
    (await listRuns()).map(({ state }) => state),
    ['done', 'queued'],
  );
  const entries = await listAudit(store.postgres, { subjectId: courseId, limit: 9 });
  const asked = entries.filter(({ action }) => action === 'course.reindex');
  assert.equal(asked.length, 2);
});

test('one that failed says why, and begins again when it is asked for', async () => {
  const { reindex, read, listRuns, work } = await begin();
  await reindex();
  await work('failed', 0.3);
  const error = { code: 'x', message: 'It failed.' };
  assert.deepEqual((await read()).json().reindex, { status: 'failed', progress: 0.3, error });
  assert.deepEqual((await reindex()).json().reindex, { status: 'queued', progress: 0 });
  assert.equal((await listRuns()).length, 2);
});

test('whoever has the course in a cache sees each step, and nothing twice', async () => {
  const { reindex, read, work } = await begin();
  const plain = String((await read()).headers.etag);
  assert.equal((await read(plain)).statusCode, 304);
  const tags = [plain, String((await reindex()).headers.etag)];
  for (const progress of [0.25, 0.5]) {
    assert.equal((await read(tags.at(-1))).statusCode, 304);
    await work('running', progress);
    const news = await read(tags.at(-1));
    assert.deepEqual([news.statusCode, news.json().reindex.progress], [200, progress]);
    tags.push(String(news.headers.etag));
  }
  assert.equal(new Set(tags).size, 4);
  await work('done', 1);
  const ended = await read(tags.at(-1));
  assert.deepEqual([ended.statusCode, ended.headers.etag], [200, plain]);
});

test('its progress is no change of the course that could be in the way of another', async () => {
  const { me, url, reindex, read, work } = await begin();
  const tag = String((await reindex()).headers.etag);
  await work('running', 0.5);
  const patch = (title: string) =>
    me.call('PATCH', url, { body: { title }, headers: { 'if-match': tag } });
  assert.equal((await patch('First')).statusCode, 200);
  assert.equal((await patch('Second')).statusCode, 412);
  assert.equal((await read()).json().title, 'First');
});

test('whoever watches the course hears at once that it begins, and then how far it is', async () => {
  const { app, store, me, courseId, reindex } = await begin();
  const port = await listen(app);
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/live?token=${me.token}`);
  after(() => socket.close());
  const heard: { type: string }[] = [];
  socket.addEventListener('message', ({ data }) => heard.push(JSON.parse(String(data))));
  const hears = (type: string, count = 1) =>
    until(`${count} of ${type}`, async () => {
      const these = heard.filter((message) => message.type === type);
      return these.length >= count && these;
    });
  await hears('ready');
  socket.send(JSON.stringify({ type: 'subscribe', courses: [courseId] }));
  await hears('subscribed');
  await reindex();
  await reindex();
  const news = { job: 'course.reindex', stage: 'reindex', state: 'running', progress: 0.5 };
  await store.bus.publish(`subject:${courseId}`, JSON.stringify(news));
  const told = { type: 'course', id: courseId, ...news };
  assert.deepEqual(await hears('course', 2), [{ ...told, state: 'queued', progress: 0 }, told]);
});

test('a course that was put away, or is not there, is not indexed', async () => {
  const { me, url, reindex, listRuns } = await begin();
  assert.equal((await me.call('POST', `/v1/courses/${newId()}/reindex`)).statusCode, 404);
  await me.call('DELETE', url);
  assert.equal((await reindex()).statusCode, 404);
  assert.deepEqual(await listRuns(), []);
});
