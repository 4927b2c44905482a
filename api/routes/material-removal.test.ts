import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { replaceChunks } from '@lectern/db/postgres/chunks';
import { addPages } from '@lectern/db/postgres/pages';
import { claimRuns } from '@lectern/db/postgres/runs';
import { replaceScans } from '@lectern/db/postgres/scans';
import { endRun, saveStep, StaleRun } from '@lectern/db/queue/end-run';
import { untilWaiting } from '@lectern/db/testing/until-waiting';
import { formOf, makeCourse } from '../testing/fresh-api.ts';
import { freshCourse } from '../testing/fresh-course.ts';

const content = 'The moon draws the sea: words about tides.';

async function begin() {
  const course = await freshCourse();
  const { store, me, courseId } = course;
  const add = async (to: string) => {
    const { body, headers } = formOf([{ name: 'tides.txt', content }]);
    const answer = await me.call('POST', `/v1/courses/${to}/materials`, { body, headers });
    const [item] = answer.json<{ items: { id: string }[] }>().items;
    assert.ok(item);
    const { id } = item;
    await store.objects.write(`materials/${to}/${id}/processed.txt`, bytesOf('12345'));
    await store.postgres.transaction().execute(async (tx) => {
      const place = { page: 1 };
      await replaceScans(tx, id, [{ number: 1_500, place, why: 'no_text', object_key: null }]);
      await addPages(tx, id, [
        { number: 1, text: 'The moon draws', place },
        { number: 2, text: 'the sea', place },
      ]);
      const chunk = { text: content, place, language: 'english' } as const;
      await replaceChunks(tx, { id, courseId: to }, [chunk]);
    });
    return id;
  };
  const remove = (id: string) => me.call('DELETE', `/v1/materials/${id}`);
  return { ...course, add, remove, id: await add(courseId) };
}

const bytesOf = (text: string) => Readable.from([Buffer.from(text)]);

test('a deleted material is found nowhere, and its receipt says what went', async () => {
  const { id, add, remove, me, courseId, store } = await begin();
  const otherCourse = await makeCourse(me);
  const twin = await add(otherCourse);
  const node = { type: 'video', title: 'The film', data: { materialId: id } };
  await store.postgres
    .insertInto('nodes')
    .values({
      course_id: courseId,
      id: 'n1',
      ...node,
      data: JSON.stringify(node.data),
      position: JSON.stringify({ x: 0, y: 0 }),
      content: null,
    })
    .execute();
  await store.postgres
    .updateTable('materials')
    .set({ page_count: 1 })
    .where('id', '=', id)
    .execute();
  const answer = await remove(id);
  assert.equal(answer.statusCode, 200);
  const { deletedAt, ...receipt } = answer.json();
  assert.ok(Math.abs(Date.parse(deletedAt) - Date.now()) < 60_000);
  assert.deepEqual(receipt, {
    id,
    courseId,
    fileName: 'tides.txt',
    rows: 5,
    pages: 1,
    pieces: 2,
    chunks: 1,
    points: 0,
    objects: 2,
    bytes: content.length + 5,
    nodes: [{ id: 'n1', title: 'The film' }],
  });
  for (const path of ['', '/text', '/original', '/events', '/thumbnail']) {
    assert.equal((await me.call('GET', `/v1/materials/${id}${path}`)).statusCode, 404, path);
  }
  assert.equal((await remove(id)).statusCode, 404);
  const found = await me.call('GET', '/v1/search?q=moon');
  const { items } = found.json<{ items: { materialId: string }[] }>();
  assert.deepEqual(
    items.map(({ materialId }) => materialId),
    [twin],
    'the same bytes in another course',
  );
  assert.equal((await me.call('GET', `/v1/materials/${twin}/original`)).body, content);
  assert.deepEqual((await me.call('GET', `/v1/courses/${courseId}/materials`)).json().items, []);
  const { after, actor_id: actorId } = await store.postgres
    .selectFrom('audit_log')
    .select(['after', 'actor_id'])
    .where('action', '=', 'material.remove')
    .where('subject_id', '=', id)
    .executeTakeFirstOrThrow();
  assert.equal(actorId, me.userId);
  assert.deepEqual(after, { rows: 5, pieces: 2, chunks: 1, objects: 2, bytes: content.length + 5 });
});

test('its files are put down to be removed in the transaction in which its row goes', async () => {
  const { id, remove, courseId, store } = await begin();
  await remove(id);
  const lines = await store.postgres
    .selectFrom('outbox')
    .innerJoin('runs', 'runs.id', 'outbox.run_id')
    .select(['runs.job', 'runs.payload'])
    .execute();
  const payload = { courseId, materialId: id };
  assert.deepEqual(lines, [{ job: 'material.remove', payload }]);
});

test('work that is under way ends as cancelled and writes nothing more', async () => {
  const { id, remove, store } = await begin();
  const { postgres } = store;
  const { id: runId, line } = await postgres
    .selectFrom('runs')
    .select(['id', 'line'])
    .where('subject', '=', id)
    .executeTakeFirstOrThrow();
  const [run] = await claimRuns(postgres, [{ runId, line, deadlineMs: 60_000 }]);
  assert.ok(run);
  await remove(id);
  const write = () => assert.fail('nothing is written');
  await assert.rejects(
    saveStep(postgres, run, async () => write()),
    StaleRun,
  );
  await assert.rejects(
    endRun(postgres, run, async () => write()),
    StaleRun,
  );
  const { state, error } = await postgres
    .selectFrom('runs')
    .select(['state', 'error'])
    .where('id', '=', runId)
    .executeTakeFirstOrThrow();
  assert.deepEqual([state, error?.code], ['cancelled', 'material_gone']);
});

test('a removal and a run that ends meanwhile do not wait for each other', async () => {
  const { id, remove, store } = await begin();
  const { postgres } = store;
  const { id: runId, line } = await postgres
    .selectFrom('runs')
    .select(['id', 'line'])
    .where('subject', '=', id)
    .executeTakeFirstOrThrow();
  const [run] = await claimRuns(postgres, [{ runId, line, deadlineMs: 60_000 }]);
  assert.ok(run);
  const { promise: isHeld, resolve } = Promise.withResolvers<void>();
  const removal = isHeld.then(() => remove(id));
  const ending = endRun(postgres, run, async (tx) => {
    resolve();
    await untilWaiting(postgres, 1);
    const piece = { number: 3, text: 'the last words', place: {} };
    await addPages(tx, id, [piece]);
  });
  assert.equal(await ending, 1);
  const { pages, pieces } = (await removal).json();
  assert.equal(pages, undefined, 'a text has none');
  assert.equal(pieces, 3, 'what was written before went too');
  const left = await postgres
    .selectFrom('runs')
    .select(['job', 'state'])
    .where('subject', '=', id)
    .orderBy('id')
    .execute();
  assert.deepEqual(left, [
    { job: 'material.extract', state: 'done' },
    { job: 'material.index', state: 'cancelled' },
  ]);
});

test('of many who delete it at once one has the receipt, whatever else goes on with it', async () => {
  const { id, remove, me, store } = await begin();
  await store.postgres
    .updateTable('runs')
    .set({ state: 'done', finished_at: new Date() })
    .where('subject', '=', id)
    .execute();
  const answers = await Promise.all([
    remove(id),
    me.call('POST', `/v1/materials/${id}/reprocess`),
    remove(id),
    me.call('POST', `/v1/materials/${id}/reprocess`),
    remove(id),
  ]);
  const removals = [answers[0], answers[2], answers[4]].map((answer) => answer?.statusCode);
  assert.equal(removals.filter((status) => status === 200).length, 1);
  assert.equal(removals.filter((status) => status === 404).length, 2);
  const open = await store.postgres
    .selectFrom('runs')
    .select('job')
    .where('subject', '=', id)
    .where('state', 'in', ['queued', 'running'])
    .execute();
  assert.deepEqual(open, []);
});

test('an upload that became the material is gone with it', async () => {
  const { id, remove, courseId, me, store } = await begin();
  const upload = '01a1fab3-b2ca-7000-b492-530b168a9bd7';
  await store.postgres
    .insertInto('uploads')
    .values({
      id: upload,
      course_id: courseId,
      owner_id: me.userId,
      file_name: 'tides.txt',
      metadata: '',
      size_bytes: 5,
      offset_bytes: 5,
      material_id: id,
    })
    .execute();
  assert.equal((await remove(id)).json().rows, 6);
  assert.equal((await me.call('GET', `/v1/uploads/${upload}`)).statusCode, 404);
});
