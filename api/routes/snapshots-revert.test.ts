import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { until } from '@lectern/db/testing/until';
import * as Y from 'yjs';
import { freshApi, listen } from '../testing/fresh-api.ts';
import {
  addEdge,
  addNode,
  freshSnapshots,
  richText,
  updateNode,
} from '../testing/fresh-snapshots.ts';
import { readDocument } from '../testing/read-document.ts';
import { openYjs, untilEqual, type YjsClient } from '../testing/yjs-client.ts';

const api = await freshApi();
const port = await listen(api.app);
const { postgres } = api.store;

async function freshRoom() {
  const course = await freshSnapshots(api);
  const { courseId, owner, addMember } = course;
  const join = async ({ token } = owner) => {
    const client = openYjs({ port, courseId, token });
    await client.synced();
    return client;
  };
  const joinTwo = async () => [await join(), await join(await addMember('editor'))] as const;
  /** Everybody sees the same, which is what the rows alone say. */
  const agree = async (...clients: readonly YjsClient[]) => {
    await until('rows and clients agree', async () => {
      const rows = Y.encodeStateVector(await readDocument(api.store, courseId));
      return clients.every(({ doc }) => Buffer.compare(Y.encodeStateVector(doc), rows) === 0);
    });
    await untilEqual(await readDocument(api.store, courseId), ...clients.map(({ doc }) => doc));
  };
  const listUpdates = () =>
    postgres
      .selectFrom('course_updates')
      .select(['version', 'user_id'])
      .where('course_id', '=', courseId)
      .orderBy('version')
      .execute();
  const listAudit = () =>
    postgres
      .selectFrom('audit_log')
      .select(['actor_id', 'before', 'after'])
      .where('action', '=', 'course.revert')
      .where('subject_id', '=', courseId)
      .execute();
  return { ...course, joinTwo, agree, listUpdates, listAudit };
}

/** The text of a node's first paragraph, where people type. */
function textOf({ nodes }: YjsClient, id: string): Y.XmlText {
  const content = nodes.get(id)?.get('content');
  assert.ok(content instanceof Y.XmlFragment);
  const paragraph = content.get(0);
  assert.ok(paragraph instanceof Y.XmlElement);
  const text = paragraph.get(0);
  assert.ok(text instanceof Y.XmlText);
  return text;
}

test('everybody connected sees a revert, and it is an edit in rows like any other', async () => {
  const { owner, edit, keep, revert, read, readGraph, ...room } = await freshRoom();
  await edit(
    addNode('a', { content: richText('Old words.') }),
    addNode('b'),
    addEdge('e', 'a', 'b'),
  );
  const kept = await keep();
  const [ann, ben] = await room.joinTwo();
  ann.nodes.get('a')?.set('title', 'Renamed');
  ben.addNode('c');
  ben.nodes.delete('b');
  ben.edges.delete('e');
  await room.agree(ann, ben);
  const before = await readGraph();
  const { version, snapshotId } = await revert(kept.id);
  assert.equal(version, before.version + 1);
  await until('both see it', async () =>
    [ann, ben].every(({ nodes, edges }) => {
      return nodes.get('a')?.get('title') === 'Lesson a' && !nodes.has('c') && edges.has('e');
    }),
  );
  await room.agree(ann, ben);
  const { graph } = await read(kept.id);
  assert.deepEqual(await readGraph(), { version, ...graph });
  assert.deepEqual((await room.listUpdates()).at(-1), { version, user_id: owner.userId });
  const { kind, message, graph: was } = await read(snapshotId);
  assert.deepEqual([kind, message], ['reverted', `Before the revert to version ${kept.version}`]);
  assert.deepEqual({ version: before.version, ...was }, before);
  assert.deepEqual(await room.listAudit(), [
    {
      actor_id: owner.userId,
      before: { version: before.version, snapshotId },
      after: { snapshotId: kept.id },
    },
  ]);
});

test('a revert of a revert gives the graph from before', async () => {
  const { edit, keep, revert, readGraph, agree, joinTwo } = await freshRoom();
  await edit(addNode('a', { data: { b: 1, a: [2] }, content: richText('One', 'Two') }));
  const { id } = await keep();
  await edit(
    updateNode('a', { title: 'Ebb', data: { a: [3] }, content: richText('Two') }),
    addNode('b'),
    addEdge('e', 'a', 'b'),
  );
  const before = await readGraph();
  const [ann, ben] = await joinTwo();
  const there = await revert(id);
  const back = await revert(there.snapshotId);
  assert.equal(back.version, before.version + 2);
  assert.deepEqual(await readGraph(), { ...before, version: back.version });
  const forth = await revert(back.snapshotId);
  assert.equal((await readGraph()).nodes.length, 1);
  assert.equal(forth.version, back.version + 1);
  await agree(ann, ben);
});

test('a revert to what the course says already changes and keeps nothing', async () => {
  const { edit, keep, list, revert, readGraph, ...room } = await freshRoom();
  const position = { x: -0, y: 1e-7 };
  await edit(
    addNode('a', { position, data: { z: 1, a: { y: [], b: null } }, content: richText('W') }),
  );
  const { id } = await keep();
  const { version } = await readGraph();
  assert.deepEqual(await revert(id), { version, snapshotId: id });
  assert.equal((await room.listUpdates()).length, version);
  assert.equal((await list()).items.length, 1);
  assert.deepEqual(await room.listAudit(), []);
});

test('who types during a revert and after it loses nothing of what came after it', async () => {
  const { edit, keep, revert, read, agree, joinTwo } = await freshRoom();
  await edit(addNode('typed', { content: richText('Start: ') }), addNode('other'));
  const { id } = await keep();
  await edit(updateNode('other', { title: 'Renamed' }));
  const [ann, ben] = await joinTwo();
  const text = textOf(ann, 'typed');
  const typed = Array.from({ length: 100 }, (_, i) => String.fromCodePoint(0x4e00 + i));
  const type = async (characters: readonly string[]) => {
    for (const character of characters) {
      text.insert(text.length, character);
      await sleep(1);
    }
  };
  await type(typed.slice(0, 30));
  const [{ snapshotId }] = await Promise.all([revert(id), type(typed.slice(30))]);
  await until('Ann sees it', async () => ann.nodes.get('other')?.get('title') === 'Lesson other');
  await type('after'.split(''));
  await agree(ann, ben);
  // What had arrived before is in the snapshot that the revert kept, and in nothing else.
  const { graph } = await read(snapshotId);
  const was = JSON.stringify(graph.nodes).match(/"Start: (.*?)"/)?.[1] ?? '';
  const arrived = typed.slice(0, was.length);
  assert.equal(was, arrived.join(''));
  assert.ok(arrived.length < typed.length);
  const expected = `Start: ${typed.slice(arrived.length).join('')}after`;
  assert.equal(textOf(ben, 'typed').toString(), expected);
  assert.equal(ben.nodes.get('other')?.get('title'), 'Lesson other');
});

test('typing in a node that a revert does not change is not touched by it', async () => {
  const { edit, keep, revert, agree, joinTwo } = await freshRoom();
  await edit(addNode('typed', { content: richText('Kept words') }), addNode('other'));
  const { id } = await keep();
  await edit(updateNode('other', { title: 'Renamed' }));
  const [ann, ben] = await joinTwo();
  const fragment = ann.nodes.get('typed')?.get('content');
  const touched: unknown[] = [];
  if (fragment instanceof Y.XmlFragment) fragment.observeDeep((events) => touched.push(events));
  await revert(id);
  await until('Ann sees it', async () => ann.nodes.get('other')?.get('title') === 'Lesson other');
  assert.deepEqual(touched, []);
  const text = textOf(ann, 'typed');
  for (const character of ' and more') text.insert(text.length, character);
  await agree(ann, ben);
  assert.equal(textOf(ben, 'typed').toString(), 'Kept words and more');
});

test('content that differs in one word is touched in that word alone', async () => {
  const { edit, keep, revert, agree, joinTwo } = await freshRoom();
  const content = (word: string) =>
    richText('Before it.', `The moon ${word} the water twice a day.`, 'After it.');
  await edit(addNode('a', { content: content('pulls') }));
  const { id } = await keep();
  await edit(updateNode('a', { content: content('lifts') }));
  const [ann, ben] = await joinTwo();
  const fragment = ben.nodes.get('a')?.get('content');
  assert.ok(fragment instanceof Y.XmlFragment);
  const [first, second, third] = fragment.toArray();
  assert.ok(second instanceof Y.XmlElement);
  const text = second.get(0);
  assert.ok(text instanceof Y.XmlText);
  const cursors = ['moon', 'water', 'day'].map((word) => {
    const at = text.toString().indexOf(word);
    return { at, position: Y.createRelativePositionFromTypeIndex(text, at) };
  });
  const changes: object[] = [];
  text.observe(({ delta }) => changes.push(delta));
  await revert(id);
  await until('Ben sees it', async () => text.toString().includes('pulls'));
  await agree(ann, ben);
  assert.deepEqual([first, second, third], fragment.toArray());
  for (const { at, position } of cursors) {
    const now = Y.createAbsolutePositionFromRelativePosition(position, ben.doc);
    assert.deepEqual([now?.type === text, now?.index], [true, at]);
  }
  // `lift` became `pull`, and the `s` of both stayed.
  assert.deepEqual(changes, [[{ retain: 9 }, { delete: 4 }, { insert: 'pull' }]]);
});

test('reverts that come at once follow each other, each with a version and a snapshot of its own', async () => {
  const { edit, keep, revert, readGraph, listUpdates, list } = await freshRoom();
  await edit(addNode('a', { title: 'One' }));
  const one = await keep();
  await edit(updateNode('a', { title: 'Two' }));
  const two = await keep();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => revert(i % 2 === 0 ? one.id : two.id)),
  );
  const { version } = await readGraph();
  const updates = await listUpdates();
  assert.deepEqual(
    updates.map((update) => update.version),
    Array.from({ length: version }, (_, i) => i + 1),
  );
  const { items } = await list('?limit=100');
  const reverted = items.filter(({ kind }) => kind === 'reverted');
  assert.equal(reverted.length, version - 2);
  assert.equal(new Set(reverted.map((item) => item.version)).size, reverted.length);
  assert.equal(Math.max(...answers.map((answer) => answer.version)), version);
});
