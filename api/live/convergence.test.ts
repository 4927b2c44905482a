import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { documentTopic } from '@lectern/db/graph/document-news';
import { open } from '@lectern/db/open';
import { freshConfig } from '@lectern/db/testing/fresh-store';
import { until } from '@lectern/db/testing/until';
import * as Y from 'yjs';
import { type App, buildApp } from '../app.ts';
import { addCourse } from '../testing/add-course.ts';
import { listen } from '../testing/fresh-api.ts';
import { readDocument } from '../testing/read-document.ts';
import { openYjs, untilEqual, type YjsClient } from '../testing/yjs-client.ts';

// Two API processes on one database, as far as they can know: each has a store of its own.
const config = await freshConfig();
const stores = [open(config, 'here'), open(config, 'there')] as const;
const apps: App[] = [];
after(async () => {
  for (const app of apps) await app.close();
  for (const store of stores) await store.close();
});
const ports = await Promise.all(
  stores.map(async (store) => {
    const app = await buildApp(store);
    apps.push(app);
    return listen(app);
  }),
);
const [store] = stores;

async function freshRoom() {
  const { courseId, token } = await addCourse(store);
  const join = (process: number, doc?: Y.Doc) =>
    openYjs({ port: ports[process % 2] ?? 0, courseId, token }, doc);
  const untilKept = (client: YjsClient) =>
    until('the rows say the same', async () => {
      const kept = await readDocument(store, courseId);
      return isDeepStrictEqual(client.nodes.toJSON(), kept.getMap('nodes').toJSON());
    });
  return { courseId, join, untilKept };
}

test('people at two processes see each other’s edits and cursors', async () => {
  const { join, untilKept } = await freshRoom();
  const [ann, ben] = [join(0), join(1)];
  await Promise.all([ann.synced(), ben.synced()]);
  ann.addNode('a');
  ben.addNode('b');
  await untilEqual(ann.doc, ben.doc);
  assert.deepEqual(
    [...ann.nodes.keys()].toSorted((a, b) => (a < b ? -1 : 1)),
    ['a', 'b'],
  );
  // More than a message of the bus carries.
  ann.addNode('large', { data: { text: 'x'.repeat(20_000) } });
  await until('it comes by the rows', async () => ben.nodes.has('large'));
  ann.provider.awareness.setLocalStateField('cursor', { x: 1 });
  await until('the cursor is shown there', async () => {
    return ben.provider.awareness.getStates().get(ann.doc.clientID)?.['cursor']?.x === 1;
  });
  const late = join(1);
  await until('who comes later sees it too', async () => {
    return late.provider.awareness.getStates().has(ann.doc.clientID);
  });
  ann.provider.disconnect();
  const hasLeft = async () => !ben.provider.awareness.getStates().has(ann.doc.clientID);
  // A client by itself would find that out after 30 seconds.
  await until('and that it left', hasLeft, 20_000);
  await untilKept(ben);
});

test('while a course is open at one process nobody is told of edits; whoever comes elsewhere is', async () => {
  const { courseId, join, untilKept } = await freshRoom();
  const told: string[] = [];
  const end = await stores[1].bus.subscribe(documentTopic(courseId), (message) => {
    if (message.includes('"updates"')) told.push(message);
  });
  const ann = join(0);
  await ann.synced();
  // Longer than others have to say that they are there.
  await sleep(2_500);
  ann.addNode('alone');
  await untilKept(ann);
  const ben = join(1);
  await until('the other sees it', async () => ben.nodes.has('alone'));
  assert.deepEqual(told, []);
  ann.addNode('together');
  await until('the other sees that too', async () => ben.nodes.has('together'));
  await until('because it was told', async () => told.length > 0);
  ben.addNode('back');
  await until('and the other way', async () => ann.nodes.has('back') && told.length > 1);
  await end();
});

test('three who edited without a connection come back in any order, and all have the same', async () => {
  for (const order of [
    [0, 1, 2],
    [2, 0, 1],
    [1, 2, 0],
  ]) {
    const { join, untilKept } = await freshRoom();
    const people = [join(0), join(1), join(0)];
    await Promise.all(people.map((person) => person.synced()));
    people[0]?.addNode('shared', { title: 'Shared' });
    await untilEqual(...people.map(({ doc }) => doc));
    for (const [i, person] of people.entries()) {
      person.provider.disconnect();
      person.addNode(`own-${i}`);
      person.nodes.get('shared')?.set('title', `By ${i}`);
      person.nodes.get('shared')?.set(`only-${i}`, true);
    }
    for (const i of order) people[i]?.provider.connect();
    await untilEqual(...people.map(({ doc }) => doc));
    const [first] = people;
    assert.equal(first?.nodes.size, 4);
    if (first !== undefined) await untilKept(first);
  }
});

test('of one who moves a node and one who deletes it, the node is gone for both', async () => {
  const { join, untilKept } = await freshRoom();
  const [ann, ben] = [join(0), join(1)];
  await Promise.all([ann.synced(), ben.synced()]);
  ann.addNode('a');
  await untilEqual(ann.doc, ben.doc);
  for (const { provider } of [ann, ben]) provider.disconnect();
  ann.nodes.get('a')?.set('position', { x: 9, y: 9 });
  ben.nodes.delete('a');
  for (const { provider } of [ann, ben]) provider.connect();
  await untilEqual(ann.doc, ben.doc);
  assert.equal(ann.nodes.has('a'), false);
  await untilKept(ann);
});

test('twenty people do 10,000 things at random, and all have the same graph', async () => {
  const { courseId, join, untilKept } = await freshRoom();
  const people = Array.from({ length: 20 }, (_, i) => join(i));
  await Promise.all(people.map((person) => person.synced()));
  const random = makeRandom(715);
  await Promise.all(
    people.map(async (person, i) => {
      for (let op = 0; op < 500; op++) {
        act(person, `${i}-${op}`, random);
        if (op % 5 === 0) await sleep(5);
        if (random() < 0.002) {
          person.provider.disconnect();
          person.provider.connect();
        }
      }
    }),
  );
  await untilEqual(...people.map(({ doc }) => doc));
  const [first] = people;
  if (first !== undefined) await untilKept(first);
  const checked = await store.documents.hold(courseId, (document) =>
    document.ask(store.postgres, { kind: 'check' }),
  );
  const ids = new Set(checked?.result.graph.nodes.map(({ id }) => id));
  assert.equal(ids.size, first?.nodes.size);
  // Every edge that lost an end is told as a fault, and no other.
  const lost = checked?.result.graph.edges.filter(
    ({ source, target }) => !ids.has(source) || !ids.has(target),
  );
  const told = checked?.result.faults.filter(({ code }) => code === 'edge_to_nowhere');
  assert.equal(new Set(told?.map(({ edgeId }) => edgeId)).size, lost?.length);
});

function act({ doc, nodes, edges }: YjsClient, id: string, random: () => number): void {
  const ids = [...nodes.keys()];
  const pick = () => ids[Math.floor(random() * ids.length)] ?? '';
  const node = nodes.get(pick());
  const what = random();
  if (node === undefined || what < 0.3) {
    doc.transact(() => {
      const added = new Y.Map<unknown>(Object.entries({ type: 'lesson', title: id, data: {} }));
      added.set('content', new Y.XmlFragment());
      nodes.set(id, added);
    });
  } else if (what < 0.4) nodes.delete(pick());
  else if (what < 0.6) node.set('position', { x: random() * 1_000, y: random() * 1_000 });
  else if (what < 0.75) {
    const edge = { type: 'next', source: pick(), target: pick() };
    edges.set(id, new Y.Map<unknown>(Object.entries(edge)));
  } else {
    const content = node.get('content');
    if (!(content instanceof Y.XmlFragment)) return;
    const text = new Y.XmlText(`words ${id}`);
    content.insert(0, [text]);
  }
}

/** The same each time. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
