import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { before, test } from 'node:test';
import { type Objects, ObjectMissing } from '@lectern/db/objects/objects';
import type { Store } from '@lectern/db/open';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { openSource } from './open-source.ts';

const { signal } = new AbortController();
let store: Store;
before(async () => {
  store = await freshStore();
  await store.objects.write('a/original.mp4', Readable.from([Buffer.from('moving pictures')]));
});

/** A store of another machine. */
function farAway({ objects }: Store): Pick<Objects, 'read' | 'locate'> & { reads: number } {
  const far = {
    reads: 0,
    locate: () => Promise.resolve(undefined),
    read: (key: string) => {
      far.reads++;
      return objects.read(key);
    },
  };
  return far;
}

test('a recording on this machine is read where it lies', async () => {
  await using source = await openSource(store.objects, 'a/original.mp4', signal);
  assert.equal(source.path, await store.objects.locate('a/original.mp4'));
});

test('one of another machine is copied once for all who need it', async () => {
  const far = farAway(store);
  const open = () => openSource(far, 'a/original.mp4', signal);
  await using first = await open();
  {
    await using second = await open();
    assert.equal(second.path, first.path);
  }
  assert.equal(await readFile(first.path, 'utf8'), 'moving pictures');
  await using third = await open();
  assert.deepEqual([third.path, far.reads], [first.path, 1]);
});

test('one that is not there is an error, and the next who asks looks again', async () => {
  const far = farAway(store);
  const open = () => openSource(far, 'b/original.mp4', signal);
  await assert.rejects(open(), ObjectMissing);
  await store.objects.write('b/original.mp4', Readable.from([Buffer.from('late')]));
  await using source = await open();
  assert.equal(await readFile(source.path, 'utf8'), 'late');
});
