import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fetchMaterial } from '@lectern/db/jobs/fetch';
import { freshCourse } from '../testing/fresh-course.ts';

const api = await freshCourse();
const url = `/v1/courses/${api.courseId}/materials/import`;
const ask = (address: string) => api.me.call('POST', url, { body: { url: address } });

test('a file at a public address is a material at once, and a run fetches it', async () => {
  const answer = await ask('https://files.nowhere.org/a%20b/Tides%20and%20moons.pdf?page=2');
  assert.equal(answer.statusCode, 202, answer.body);
  const material = answer.json();
  assert.equal(answer.headers.location, `/v1/materials/${material.id}`);
  const { fileName, kind, status, size, sha256 } = material;
  assert.deepEqual(
    { fileName, kind, status, size, sha256 },
    { fileName: 'Tides and moons.pdf', kind: 'document', status: 'queued', size: 0, sha256: '' },
  );
  assert.equal(material.stages[0].name, 'fetch');
  const run = await api.store.postgres
    .selectFrom('runs')
    .select(['job', 'payload'])
    .where('subject', '=', material.id)
    .executeTakeFirstOrThrow();
  assert.deepEqual(run, { job: fetchMaterial.name, payload: { materialId: material.id } });
  const file = await api.me.call('GET', `/v1/materials/${material.id}/original`);
  assert.deepEqual([file.statusCode, file.json().code], [409, 'material_not_ready']);
});

test('addresses near this machine are refused, and nothing is written', async () => {
  const count = async () =>
    (await api.store.postgres.selectFrom('materials').select('id').execute()).length;
  const before = await count();
  for (const address of [
    'http://127.0.0.1:5432/',
    'http://localhost/a',
    'http://169.254.169.254/latest/meta-data',
    'http://[::ffff:10.0.0.1]/a',
    'file:///etc/passwd',
    'no address',
  ]) {
    const answer = await ask(address);
    assert.deepEqual([answer.statusCode, answer.json().code], [422, 'url_not_allowed'], address);
  }
  assert.equal(await count(), before);
});
