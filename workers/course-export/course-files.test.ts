import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listHtmlEntries } from './html/list-html-entries.ts';
import { makeSource, readEntries } from '../testing/course-source.ts';
import { placeFiles } from './course-files.ts';

function place(...names: readonly string[]) {
  const { materials } = makeSource(
    { nodes: [], edges: [] },
    { files: names.map((fileName) => ({ fileName })) },
  );
  const files = placeFiles(materials);
  return { materials, files, places: files.all.map((file) => file.place) };
}

test('files of one name are told apart, also where capitals and accents do not count', () => {
  const { places } = place('a.txt', 'A.TXT', 'a (2).txt', 'a.txt', 'é.md', 'e\u0301.md', 'b', 'b');
  assert.deepEqual(places, [
    'files/a.txt',
    'files/A (2).TXT',
    'files/a (2) (2).txt',
    'files/a (3).txt',
    'files/é.md',
    'files/é (2).md',
    'files/b',
    'files/b (2)',
  ]);
});

test('an address says the name so that a link ends where it ends', () => {
  const { files } = place("Луна (1)'s *half* #2 50%.md");
  const [file] = files.all;
  assert.ok(file);
  const { address, place: where } = file;
  assert.match(address, /^files\/[\w.%-]+$/);
  assert.equal(decodeURIComponent(address), where);
});

test('a file is found by its id, however the address is written, and by nothing else', () => {
  const { materials, files } = place('a.txt', 'b.txt');
  const [a, b] = materials.map(({ id }) => id);
  for (const address of [b, b?.toUpperCase(), `/v1/materials/${b}/original?x=1#y`, `m:${b}`]) {
    assert.equal(files.find(address ?? '')?.material.id, b, address);
  }
  assert.equal(files.find(`${a}${b}`.slice(0, 71))?.material.id, a);
  for (const address of ['', 'a.txt', 'files/a.txt', b?.slice(1) ?? '', 'x'.repeat(1e6) + b]) {
    assert.equal(files.find(address), undefined);
  }
});

test('what tells of lost files is no file of the course, whatever that is called', async () => {
  const source = makeSource(
    { nodes: [], edges: [] },
    { files: [{ fileName: 'missing.txt', bytes: Buffer.from('Mine.') }, { fileName: 'Gone.txt' }] },
  );
  const files = await readEntries(listHtmlEntries(source));
  assert.equal(files.get('files/missing (2).txt')?.toString(), 'Mine.');
  const told = 'These files could not be found:\nfiles/Gone.txt\n';
  assert.equal(files.get('files/missing.txt')?.toString(), told);
});
