import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Viewer } from '../access/viewer.ts';
import type { Store } from '../open.ts';
import { freshStore } from '../testing/fresh-store.ts';
import { logInAs } from '../testing/log-in-as.ts';
import { type Chunk, type ChunkLanguage, replaceChunks, replaceNodeChunks } from './chunks.ts';
import { insertCourse } from './courses.ts';
import { upsertNodes } from './graph-rows.ts';
import { newId } from './new-id.ts';
import { hitEnd, hitStart, searchText } from './search.ts';

type Library = {
  readonly store: Store;
  readonly viewer: Viewer;
  readonly courseId: string;
  add(name: string, texts: readonly string[], language?: ChunkLanguage): Promise<string>;
  find(text: string, limit?: number): Promise<string[]>;
};

async function freshCourse(store: Store): Promise<Omit<Library, 'store'>> {
  const { userId } = await logInAs(store, 'user');
  const viewer: Viewer = { id: userId, role: 'user', email: '', name: '' };
  const courseId = newId();
  await insertCourse(store.postgres, viewer, {
    course: { id: courseId, title: 'Course' },
    author: { userId, requestId: null, address: null },
  });
  const add: Library['add'] = async (name, texts, language = 'english') => {
    const id = newId();
    await store.postgres
      .insertInto('materials')
      .values({
        id,
        course_id: courseId,
        owner_id: userId,
        file_name: name,
        media_type: 'text/plain',
        kind: 'text',
        size_bytes: 1,
        sha256: id,
        object_key: id,
        language: null,
      })
      .execute();
    const chunks = texts.map((text, i): Chunk => ({ text, place: { page: i + 1 }, language }));
    await store.postgres.transaction().execute((tx) => replaceChunks(tx, { id, courseId }, chunks));
    return id;
  };
  const find: Library['find'] = async (text, limit = 10) =>
    (await searchText(store.postgres, viewer, { text, limit })).map(({ title }) => title);
  return { viewer, courseId, add, find };
}

async function freshLibrary(): Promise<Library> {
  const store = await freshStore();
  return { store, ...(await freshCourse(store)) };
}

test('a question finds the text that answers it in other words', async () => {
  const { add, find } = await freshLibrary();
  await add('plants.txt', ['Photosynthesis happens in the chloroplasts of green leaves.']);
  await add('animals.txt', ['Mitochondria are found in the cells of animals.']);
  await add('stars.txt', ['A star shines because hydrogen fuses in its core.']);
  assert.equal((await find('Where in a leaf does photosynthesis take place?'))[0], 'plants.txt');
  assert.equal((await find('Why do the stars shine at night?'))[0], 'stars.txt');
  assert.deepEqual(await find('quantum chromodynamics'), []);
});

test('Russian words are found in all their forms, and other languages as they are written', async () => {
  const { add, find } = await freshLibrary();
  await add('ru.txt', ['Клетки растений содержат хлоропласты.'], 'russian');
  await add('de.txt', ['Die Häuser der Stadt'], 'simple');
  await add('en.txt', ['Running water shapes the valleys.'], 'english');
  assert.deepEqual(await find('что содержит клетка растения'), ['ru.txt']);
  assert.deepEqual(await find('häuser'), ['de.txt']);
  assert.deepEqual(await find('run valley'), ['en.txt']);
});

test('what has all the words comes before what has one of them often', async () => {
  const { add, find } = await freshLibrary();
  await add('often.txt', ['Entropy entropy entropy entropy entropy entropy.']);
  await add('all.txt', [
    `${'Filler words stand here. '.repeat(40)} Entropy of an isolated system grows.`,
  ]);
  assert.deepEqual(await find('entropy isolated system'), ['all.txt', 'often.txt']);
});

test('a rare word counts for more than a common one', async () => {
  const { add, find } = await freshLibrary();
  for (let i = 0; i < 20; i++)
    await add(`cell${i}.txt`, [`The cell number ${i} is a cell among cells.`]);
  await add('rare.txt', ['The ribosome reads a strand.']);
  assert.equal((await find('cell ribosome'))[0], 'rare.txt');
});

test('a material is found once, at the place of its best chunk', async () => {
  const { store, viewer, add } = await freshLibrary();
  const id = await add('book.txt', [
    'An atom.',
    'The atom has a nucleus with protons.',
    'Atoms again.',
  ]);
  const hits = await searchText(store.postgres, viewer, { text: 'protons in an atom', limit: 10 });
  assert.equal(hits.length, 1);
  assert.equal(hits[0]?.materialId, id);
  assert.deepEqual(hits[0]?.place, { page: 2 });
  assert.ok((hits[0]?.score ?? 0) > 0.5 && (hits[0]?.score ?? 2) <= 1);
});

test('nodes are found beside materials, each once, also where courses name theirs alike', async () => {
  const { store, viewer, courseId, add } = await freshLibrary();
  const other = await freshCourse(store);
  const materialId = await add('tides.txt', ['The tide is a wave.']);
  const addNode = (id: string, course: string) =>
    store.postgres.transaction().execute(async (tx) => {
      const node = { id, type: 'lesson', title: 'Tides', position: { x: 0, y: 0 }, data: {} };
      await upsertNodes(tx, course, [node]);
      const chunk: Chunk = { text: 'The tide comes and goes.', place: {}, language: 'english' };
      await replaceNodeChunks(tx, course, [{ nodeId: id, chunks: [chunk, chunk] }]);
    });
  await addNode('n1', courseId);
  await addNode('n2', courseId);
  await addNode('n1', other.courseId);
  const find = async (who: Viewer) => {
    const hits = await searchText(store.postgres, who, { text: 'tides', limit: 10 });
    return hits
      .map((hit) => [hit.courseId, hit.materialId, hit.nodeId, hit.title])
      .sort((a, b) => (String(a) < String(b) ? -1 : 1));
  };
  assert.deepEqual(await find(viewer), [
    [courseId, null, 'n1', 'Tides'],
    [courseId, null, 'n2', 'Tides'],
    [courseId, materialId, null, 'tides.txt'],
  ]);
  assert.deepEqual(await find(other.viewer), [[other.courseId, null, 'n1', 'Tides']]);
  assert.equal((await find({ ...viewer, role: 'admin' })).length, 4);
});

test('the excerpt shows what was found and nothing that pretends to be', async () => {
  const { store, viewer, add } = await freshLibrary();
  await add('a.txt', [
    `${hitStart}<b>Forged${hitEnd} ${'word '.repeat(200)} the enzyme works ${'word '.repeat(200)}`,
  ]);
  const [hit] = await searchText(store.postgres, viewer, { text: 'enzymes', limit: 1 });
  const excerpt = hit?.excerpt ?? '';
  assert.ok(excerpt.includes(`${hitStart}enzyme${hitEnd}`), excerpt);
  assert.equal(excerpt.split(hitStart).length, 2);
  assert.ok(excerpt.length < 400, excerpt);
});

test('tags are words, those after them are found too, and the excerpt shows all of them', async () => {
  const { store, viewer, add, find } = await freshLibrary();
  await add('web.txt', [
    'Put it into a <script> element, or a <style>.\n\nThe axolotl swims <fast> in its lake.',
  ]);
  for (const text of [
    'element',
    'axolotl',
    'script',
    '<script>',
    '<script> axolotl',
    'swim <fast>',
  ])
    assert.deepEqual(await find(text), ['web.txt'], text);
  const excerptOf = async (text: string) =>
    (await searchText(store.postgres, viewer, { text, limit: 1 }))[0]?.excerpt ?? '';
  const axolotl = await excerptOf('axolotl');
  assert.ok(axolotl.includes(`The ${hitStart}axolotl${hitEnd} swims <fast> in its`), axolotl);
  const script = await excerptOf('<script>');
  assert.ok(script.includes(`into a <${hitStart}script${hitEnd}> element, or a <style>.`), script);
});

test('nobody finds what they may not see', async () => {
  const { store, viewer, add, courseId } = await freshLibrary();
  await add('secret.txt', ['The launch code is ultramarine.']);
  const other = await freshCourse(store);
  await other.add('other.txt', ['Ultramarine is a pigment.']);
  const admin: Viewer = { ...other.viewer, role: 'admin' };
  const find = async (who: Viewer, course?: string) => {
    const found = await searchText(store.postgres, who, {
      text: 'ultramarine',
      courseId: course,
      limit: 10,
    });
    return found.map(({ title }) => title).sort();
  };
  assert.deepEqual(await find(viewer), ['secret.txt']);
  assert.deepEqual(await find(other.viewer), ['other.txt']);
  assert.deepEqual(await find(other.viewer, courseId), []);
  assert.deepEqual(await find(viewer, courseId), ['secret.txt']);
  assert.deepEqual(await find(admin), ['other.txt', 'secret.txt']);
  await store.postgres
    .updateTable('courses')
    .set({ visibility: 'public', status: 'published' })
    .where('id', '=', courseId)
    .execute();
  assert.deepEqual(await find(other.viewer), ['other.txt', 'secret.txt']);
});

test('nothing in a question is an operator, and nothing in it breaks the search', async () => {
  const { add, find } = await freshLibrary();
  await add('a.txt', ["It's a test of C++ and foo:bar & <tags>."]);
  const odd = [
    "test'",
    "'; drop table chunks; -- test",
    'test & | ! () :* <-> \\',
    "\\'test\\'",
    'test:*A',
    '"test',
    '%test_',
    '$1 test ${x}',
    'foo:bar',
    'te\u00adst test',
    `test ${'a'.repeat(900)}`,
    `test ${Array.from({ length: 150 }, (_, i) => `w${i}`).join(' ')}`,
  ];
  for (const text of odd) assert.deepEqual(await find(text), ['a.txt'], text);
  for (const empty of ['', ' ', '?!', 'the of and', 'и в на', "'", '\\', '🙂', '!!!&&&|||']) {
    assert.deepEqual(await find(empty), [], empty);
  }
});
