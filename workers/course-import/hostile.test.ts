import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { importFile, importWell, listItems, readGraph } from '../testing/course-files.ts';

let store: Store;
before(async () => {
  store = await freshStore();
});

const deep = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;
const course = (fields: string) => `{"title":"T","nodes":[{"id":"a","data":${fields}}]}`;

const refused: readonly (readonly [string, string | Buffer, string])[] = [
  ['nothing', '', 'file_empty'],
  ['spaces alone', ' \n\t ', 'file_empty'],
  ['what is cut off', '{"title":"T","nodes":[{"id":"a"', 'file_not_json'],
  ['a number', '7', 'no_course'],
  ['another JSON', '{"name":"lectern","version":"1"}', 'no_course'],
  ['an empty list', '[]', 'no_course'],
  ['a million levels', deep, 'no_course'],
  ['a million levels of objects', `${'{"a":'.repeat(1e6)}1${'}'.repeat(1e6)}`, 'no_course'],
  ['a later version', '{"format":"lectern.course","version":2}', 'version_unknown'],
  ['a zip', Buffer.from('504b0304140000000000', 'hex'), 'file_is_archive'],
  ['a program', Buffer.from('7f454c4602010100000000', 'hex'), 'file_not_text'],
  ['bytes that are no text', Buffer.from([0x7b, 0xff, 0xfe, 0x80, 0x7d]), 'file_not_text'],
];

for (const [what, content, code] of refused) {
  test(`${what} is refused in words, and no course is made`, async () => {
    const { run, report, userId } = await importFile(store, { fileName: 'a.json', content });
    assert.ok(run.error, JSON.stringify(run));
    assert.ok(
      [code, 'file_too_deep', 'file_not_json'].includes(run.error.code),
      JSON.stringify(run.error),
    );
    if (!what.includes('levels')) assert.equal(run.error.code, code);
    assert.match(run.error.message, /^[A-Z][^]{10,200}\.$/);
    assert.equal(report, undefined);
    const made = await store.postgres
      .selectFrom('courses')
      .select('id')
      .where('owner_id', '=', userId)
      .execute();
    assert.deepEqual(made, []);
  });
}

test('what no document can hold is left out of it and named', async () => {
  const nested = `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`;
  const large = JSON.stringify({ note: 'x'.repeat(300_000) });
  for (const [fields, reason] of [
    [nested, /nested more than \d+ levels deep/],
    [large, /too large/],
  ] as const) {
    const report = await importWell(store, { fileName: 'a.json', content: course(fields) });
    const [node] = listItems(report, 'node');
    assert.equal(node?.result, 'changed');
    assert.match(node.changes?.join(' ') ?? '', reason);
    assert.deepEqual((await readGraph(store, report.courses[0] ?? '')).nodes[0]?.data, {});
    assert.equal(report.verification.isEqual, true);
  }
});

test('keys that are prototypes, NUL and halves of characters do no harm', async () => {
  const fields = String.raw`{"__proto__":{"isAdmin":true},"constructor":"c","note":"a\u0000b\ud83c"}`;
  const report = await importWell(store, { fileName: 'a.json', content: course(fields) });
  const { nodes } = await readGraph(store, report.courses[0] ?? '');
  assert.deepEqual(nodes[0]?.data, { constructor: 'c', note: 'ab\ufffd' });
  assert.equal(Reflect.get({}, 'isAdmin'), undefined);
  assert.equal(report.verification.isEqual, true);
});

test('the same in any Unicode', async () => {
  const content = '# Приливы\n### Отлив\n';
  const little = Buffer.from(`\ufeff${content}`, 'utf16le');
  const forms = [Buffer.from(content), Buffer.from(`\ufeff${content}`), little, swap(little)];
  for (const bytes of forms) {
    const report = await importWell(store, { fileName: 'a.md', content: bytes });
    assert.deepEqual(listItems(report, 'course'), [{ title: 'Приливы', result: 'imported' }]);
  }
});

function swap(bytes: Buffer): Buffer {
  return Buffer.from(bytes).swap16();
}

test('a list of a hundred thousand things that are no courses costs a refusal, and one course in it is taken', async () => {
  const many = Array.from({ length: 100_000 }, () => 1);
  const none = await importFile(store, { fileName: 'a.json', content: JSON.stringify(many) });
  assert.equal(none.run.error?.code, 'no_course');
  const content = JSON.stringify([{ title: 'One', nodes: [] }, ...many]);
  const report = await importWell(store, { fileName: 'a.json', content });
  assert.deepEqual(report.counts, { imported: 1, changed: 0, left_out: 100_000 });
  assert.equal(report.items[0]?.title, 'One');
  assert.equal(report.items.length + (report.itemsNotListed ?? 0), 100_001);
});

test('an import whose file is gone ends with words', async () => {
  const { objects } = store;
  const withoutFiles = { ...store, objects: { ...objects, write: async () => nothingWritten } };
  const { run, report } = await importFile(withoutFiles, { fileName: 'a.md', content: '# A\n' });
  assert.equal(run.error?.code, 'import_gone');
  assert.equal(run.state, 'cancelled');
  assert.equal(report, undefined);
});

const nothingWritten = { sizeBytes: 0, sha256: '' };
