import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshCourse, listFolder } from '../testing/fresh-course.ts';
import { countAll, listObjects } from '../testing/keep-count.ts';
import { openDoors } from '../testing/two-doors.ts';

test('fifty uploads of one file at the same moment, by form and by tus, are one material', async () => {
  const api = await freshCourse();
  const doors = openDoors(api);
  const words = Buffer.alloc(200_000, 'The moon pulls the sea.\n');
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? doors.form : doors.tus)(`${i}.txt`, words)),
  );
  assert.equal(new Set(answers.map(({ materialId }) => materialId)).size, 1);
  for (const [i, { status }] of answers.entries()) {
    assert.ok(i % 2 === 0 ? status === 200 || status === 202 : status === 201, String(status));
  }
  const { materials, runs, outbox, objects } = await countAll(api.store);
  assert.deepEqual(
    { materials, runs, outbox, objects },
    { materials: 1, runs: 1, outbox: 1, objects: 1 },
  );
  const { id, object_key: key } = await api.store.postgres
    .selectFrom('materials')
    .selectAll()
    .executeTakeFirstOrThrow();
  assert.equal(answers[0]?.materialId, id);
  assert.deepEqual(await listObjects(api.store.objects), [key]);
});

/** What a sender calls a file, and what people see. */
const names: readonly (readonly [string, string])[] = [
  ['../../../etc/passwd', 'passwd'],
  ['..\\..\\windows\\system.ini', 'system.ini'],
  ['/etc/cron.d/x.txt', 'x.txt'],
  ['....//x.txt', 'x.txt'],
  ['..', 'untitled'],
  ['Прилив 🌊 👩‍🔬.txt', 'Прилив 🌊 👩‍🔬.txt'],
  ['gpj.\u202etxt.exe', 'gpj.txt.exe'],
  ['a\u200fb\u2067c.txt', 'abc.txt'],
  ['a\0b.txt', 'ab.txt'],
  ['CON', 'CON'],
  ['aux.txt', 'aux.txt'],
  ['<b>bold</b>&"quoted".txt', 'b>&"quoted".txt'],
  ["it's 100% (new)*; a=b, c.txt", "it's 100% (new)*; a=b, c.txt"],
  ['%2e%2e%2fpasswd.txt', '%2e%2e%2fpasswd.txt'],
  ['e\u0301te\u0301.txt', 'été.txt'],
  ['x'.repeat(5_000) + '.md', `${'x'.repeat(252)}.md`],
];

test('whatever a file is called, it lies in its place and is shown as people can read it', async () => {
  const api = await freshCourse();
  const doors = openDoors(api);
  for (const [which, door] of Object.entries(doors)) {
    for (const [given, shown] of names) {
      const content = `${which} ${encodeURIComponent(given)}`;
      const { status, materialId } = await door(given, Buffer.from(content));
      assert.ok(status === 201 || status === 202, `${which} ${given.slice(0, 40)} ${status}`);
      const material = (await api.me.call('GET', `/v1/materials/${materialId}`)).json();
      assert.equal(material.fileName, shown, which);
      const original = await api.me.call('GET', `/v1/materials/${materialId}/original`);
      assert.equal(original.body, content);
      const disposition = String(original.headers['content-disposition']);
      assert.match(disposition, /^attachment; filename\*=UTF-8''[\w.!#$&+^`|~%-]+$/);
      assert.equal(decodeURIComponent(disposition.split("''")[1] ?? ''), shown);
    }
  }
  const place = new RegExp(`^materials/${api.courseId}/[0-9a-f-]{36}/original\\.(txt|md)$`);
  const keys = await listObjects(api.store.objects);
  assert.equal(keys.length, 2 * names.length);
  for (const key of keys) assert.match(key, place);
});

test('nothing is no file, and one byte is one', async () => {
  const api = await freshCourse();
  for (const [which, door] of Object.entries(openDoors(api))) {
    const empty = await door('a.txt', Buffer.alloc(0));
    assert.deepEqual([empty.status, empty.code], [422, 'file_empty'], which);
    const one = await door('a.txt', Buffer.from(which.slice(0, 1)));
    const material = (await api.me.call('GET', `/v1/materials/${one.materialId}`)).json();
    assert.deepEqual([material.size, material.kind], [1, 'text'], which);
  }
  assert.equal((await listFolder(api)).length, 2);
});
