import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, test } from 'node:test';
import { openFolderObjects } from './objects/folder-objects.ts';
import { readSealKeys } from './objects/seal-keys.ts';
import { sealObjects } from './objects/seal-objects.ts';
import { newId } from './postgres/new-id.ts';
import { freshStore } from './testing/fresh-store.ts';
import { insertTextMaterial } from './testing/insert-text-material.ts';
import { logInAs } from './testing/log-in-as.ts';

const folder = mkdtempSync(join(tmpdir(), 'lectern-objects-'));
after(() => rmSync(folder, { recursive: true }));
const script = join(import.meta.dirname, 'objects-cli.ts');

function run(words: readonly string[], settings: Record<string, string> = {}) {
  const env = { PATH: process.env['PATH'], DATA_DIR: folder, DATABASE_URL: '', ...settings };
  return spawnSync(process.execPath, [script, ...words], { env, encoding: 'utf8' });
}

test('files are sealed while nothing runs, the database of `npm start` neither', () => {
  const file = join(folder, 'objects', 'materials', 'c', 'm', 'original.txt');
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, 'words');
  const OBJECTS_KEY = randomBytes(32).toString('base64');
  const { status, stdout, stderr } = run(['seal'], { OBJECTS_KEY });
  assert.deepEqual([status, stdout, stderr], [0, '1 files are sealed with the first key.\n', '']);
  assert.deepEqual([existsSync(file), existsSync(`${file}.sealed`)], [false, true]);
  assert.equal(run(['seal']).status, 2);
});

test('what no given key opens is named and counted', async () => {
  const store = await freshStore();
  const { dataDir, databaseUrl = '' } = store.config;
  const { userId } = await logInAs(store, 'user');
  const [id, courseId] = [newId(), newId()];
  await store.postgres
    .insertInto('courses')
    .values({ id: courseId, owner_id: userId, title: 'Course', level: null })
    .execute();
  const key = await insertTextMaterial(store, { id, courseId, ownerId: userId });
  const keys = readSealKeys(randomBytes(32).toString('base64'));
  const sealed = sealObjects(openFolderObjects(join(dataDir, 'objects')), keys);
  await sealed.write(key, Readable.from([Buffer.from('words')]));
  const settings = { DATA_DIR: dataDir, DATABASE_URL: databaseUrl };
  const { status, stdout, stderr } = run(['check', '--deep'], settings);
  const why = 'sealed with a key that is not given';
  const lines = [
    `sealed   ${key}  of material ${id}: ${why}`,
    `0 lost, 0 changed, 1 ${why}, 0 without a row`,
    '',
  ];
  assert.deepEqual([status, stdout, stderr], [1, lines.join('\n'), '']);
});

test('other words are answered with the right ones', () => {
  for (const words of [[], ['list'], ['check', 'now'], ['seal', '--deep']]) {
    const { status, stderr } = run(words);
    assert.equal(status, 2);
    assert.match(stderr, /check \[--deep\][^]*seal/);
  }
});
