import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { sendCanary } from './jobs/canary.ts';
import { settleCourse } from './jobs/course.ts';
import { tidySystem } from './jobs/tidy.ts';
import { type Store, open } from './open.ts';
import { readConfig } from './config.ts';
import { appendUpdates } from './postgres/documents.ts';
import { enqueue } from './postgres/enqueue.ts';
import { newId } from './postgres/new-id.ts';
import { findRun } from './postgres/runs.ts';
import { logInAs } from './testing/log-in-as.ts';
import { freshEnv } from './testing/fresh-store.ts';

let env: Record<string, string>;
let store: Store;
before(async () => {
  env = await freshEnv();
  store = open(readConfig(env, null), 'test');
});

type Said = { readonly code: number; readonly out: string; readonly err: string };

function jobs(...args: string[]): Promise<Said> {
  const file = join(import.meta.dirname, 'jobs-cli.ts');
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [file, ...args],
      { env: { ...process.env, ...env } },
      (error, out, err) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
      },
    );
  });
}

async function addFailed(code: string): Promise<string> {
  const id = await store.postgres
    .transaction()
    .execute((tx) => enqueue(tx, sendCanary, {}, { owner: newId() }));
  const error = JSON.stringify({ code, message: 'It broke.' });
  await store.postgres
    .updateTable('runs')
    .set({ state: 'failed', error, attempts: 6, finished_at: new Date() })
    .where('id', '=', id)
    .execute();
  await store.postgres
    .insertInto('dead_letters')
    .values({ id: newId(), run_id: id, job: sendCanary.name, owner: null, payload: '{}', error })
    .execute();
  return id;
}

test('without a command it says what there is', async () => {
  const { code, err } = await jobs();
  assert.equal(code, 2);
  assert.match(err, /list.*dead.*retry.*drain.*settle/s);
});

test('list and dead show what matches the filters', async () => {
  const one = await addFailed('ECONNREFUSED');
  const other = await addFailed('crashed');
  const { out } = await jobs('dead', '--error', 'ECONNREFUSED');
  assert.match(out, new RegExp(`${one}.*ECONNREFUSED: It broke`));
  assert.doesNotMatch(out, new RegExp(other));
  assert.match((await jobs('list', '--state', 'failed')).out, new RegExp(other));
  assert.match((await jobs('list', '--job', tidySystem.name)).out, /^0 runs$/m);
  assert.match((await jobs('list', '--before', '1h')).out, /^0 runs$/m);
});

test('retry lets what matches wait again, and nothing else', async () => {
  const one = await addFailed('deadline');
  const other = await addFailed('full');
  const { out } = await jobs('retry', '--error', 'deadline');
  assert.match(out, /^1 run waits again\.$/m);
  const run = await findRun(store.postgres, one);
  assert.deepEqual([run?.state, run?.attempts, run?.error], ['queued', 0, null]);
  assert.equal((await findRun(store.postgres, other))?.state, 'failed');
  const line = await store.postgres
    .selectFrom('outbox')
    .select('id')
    .where('run_id', '=', one)
    .execute();
  // One from when it was written, which no longer counts, and one from the retry, which does.
  assert.equal(line.length, 2);
});

test('drain cancels what waits', async () => {
  const id = await store.postgres.transaction().execute((tx) => enqueue(tx, tidySystem, {}));
  const { out } = await jobs('drain', '--job', tidySystem.name);
  assert.match(out, /^1 run is cancelled\.$/m);
  const run = await findRun(store.postgres, id);
  assert.deepEqual([run?.state, run?.error?.code], ['cancelled', 'drained']);
});

async function addEditedCourse(): Promise<string> {
  const [id, { userId }] = [newId(), await logInAs(store, 'user')];
  await store.postgres
    .insertInto('courses')
    .values({ id, owner_id: userId, title: 'Tides', level: null })
    .execute();
  await editCourse(id);
  return id;
}

function editCourse(courseId: string) {
  return appendUpdates(store.postgres, courseId, [{ data: Uint8Array.of(0, 0), userId: null }]);
}

function listSettles(courseId: string) {
  return store.postgres
    .selectFrom('runs')
    .select(['state', 'payload'])
    .where('job', '=', settleCourse.name)
    .where('subject', '=', courseId)
    .orderBy('id')
    .execute();
}

test('settle lets one course be written anew, or with --all every one', async () => {
  const [one, other] = [await addEditedCourse(), await addEditedCourse()];
  const said = await jobs('settle', one);
  assert.match(said.out, /^1 course waits to be settled\.$/m);
  const edited = (courseId: string) => ({ state: 'queued', payload: { courseId } });
  const whole = (courseId: string) => ({ state: 'queued', payload: { courseId, isWhole: true } });
  assert.deepEqual(await listSettles(one), [edited(one), whole(one)]);
  assert.deepEqual(await listSettles(other), [edited(other)]);
  assert.match((await jobs('settle', '--all')).out, /^2 courses wait to be settled\.$/m);
  assert.deepEqual(await listSettles(other), [edited(other), whole(other)]);
  assert.match((await jobs('settle', newId())).out, /^0 courses/m);
});

test('a course whose settle was drained is put down again by its next edit', async () => {
  const courseId = await addEditedCourse();
  await jobs('drain', '--job', settleCourse.name);
  await editCourse(courseId);
  const states = (await listSettles(courseId)).map(({ state }) => state);
  assert.deepEqual(states, ['cancelled', 'queued']);
});

test('settle asks for a course or --all, and takes no filters', async () => {
  for (const args of [[], ['moon'], [newId(), newId()], ['--all', '--state', 'failed']]) {
    const { code, err } = await jobs('settle', ...args);
    assert.equal(code, 2, args.join(' '));
    assert.notEqual(err, '');
  }
});

test('retry and drain without a filter ask for --all', async () => {
  for (const command of ['retry', 'drain']) {
    const { code, err } = await jobs(command);
    assert.equal(code, 2);
    assert.match(err, /--all/);
  }
});

test('a filter that cannot be is refused with what to write', async () => {
  for (const args of [
    ['--since', 'yesterday'],
    ['--state', 'lost'],
    ['--limit', '0'],
    ['--jbo', 'x'],
  ]) {
    const { code, err } = await jobs('list', ...args);
    assert.equal(code, 2, args.join(' '));
    assert.notEqual(err, '');
  }
});
