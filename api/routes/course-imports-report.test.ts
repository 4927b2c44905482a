import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ImportReport } from '@lectern/db/jobs/import-report';
import { finishCourseImport } from '@lectern/db/postgres/course-imports';
import { newId } from '@lectern/db/postgres/new-id';
import { formOf, freshApi } from '../testing/fresh-api.ts';

const api = await freshApi();
const { postgres } = api.store;

function makeReport(courseId: string): ImportReport {
  const made = { courseId, nodes: 2, edges: 1, materials: 1 };
  return {
    format: 'browser',
    counts: { imported: 2, changed: 1, left_out: 1 },
    items: [
      { kind: 'course', id: courseId, title: 'Приливы 🌊', courseId, result: 'imported' },
      {
        kind: 'node',
        id: 'a',
        title: '',
        courseId,
        result: 'changed',
        changes: ['It had no id and got one.'],
      },
      { kind: 'edge', id: '', title: '', result: 'left_out', reason: 'It leads nowhere.' },
    ],
    itemsNotListed: 1,
    courses: [courseId],
    verification: {
      isEqual: false,
      courses: [{ ...made, isEqual: false, differences: ['The node a differs.'] }],
    },
  };
}

test('an import that is done shows its courses and the whole of its report, as it was written', async () => {
  const me = await api.logIn();
  const form = formOf([{ name: 'kept.json', content: '[]' }]);
  const { id } = (await me.call('POST', '/v1/courses/import', form)).json();
  const courseId = newId();
  const report = makeReport(courseId);
  await postgres.transaction().execute((tx) => finishCourseImport(tx, id, report));
  const answer = await me.call('GET', `/v1/imports/${id}`);
  assert.equal(answer.statusCode, 200, answer.body);
  const { createdAt, finishedAt, ...shown } = answer.json();
  assert.ok(Date.parse(finishedAt) >= Date.parse(createdAt));
  const done = { status: 'ready', progress: 1, courses: [courseId], report };
  assert.deepEqual(shown, { id, fileName: 'kept.json', size: 2, ...done });
});

test('an import that is gone is not found, like one that never was', async () => {
  const me = await api.logIn();
  const form = formOf([{ name: 'kept.json', content: '[]' }]);
  const { id } = (await me.call('POST', '/v1/courses/import', form)).json();
  await postgres.deleteFrom('course_imports').where('id', '=', id).execute();
  for (const which of [id, newId()]) {
    const answer = await me.call('GET', `/v1/imports/${which}`);
    assert.deepEqual([answer.statusCode, answer.json().code], [404, 'not_found']);
    assert.match(answer.json().detail, /import/);
  }
});
