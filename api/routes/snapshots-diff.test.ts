import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshApi } from '../testing/fresh-api.ts';
import {
  addEdge,
  addNode,
  freshSnapshots,
  richText,
  updateNode,
} from '../testing/fresh-snapshots.ts';

const api = await freshApi();

type Words = { op: string; text: string }[];
type Field = { before: unknown; after: unknown; words?: Words; texts?: object[] };
type Elements = {
  added: { id: string }[];
  removed: { id: string }[];
  changed: { id: string; title?: string; changes: Record<string, Field> }[];
};

async function freshDiff(...ops: readonly object[]) {
  const course = await freshSnapshots(api);
  await course.edit(...ops);
  const { id } = await course.keep();
  const diff = (query = '') =>
    course.ask<{ nodes: Elements; edges: Elements }>('GET', `/snapshots/${id}/diff${query}`);
  return { ...course, snapshotId: id, diff };
}

const nothing = { added: [], removed: [], changed: [] };

test('a course that was not changed since says so, whatever its fields hold', async () => {
  const data = { z: 1e21, a: [null, { y: 'é', b: 0.1 }], 'a.b': { __x: true } };
  const { diff } = await freshDiff(
    addNode('a', { data, content: richText('One.', 'Two.'), position: { x: -0, y: 5e-324 } }),
  );
  assert.deepEqual(await diff(), { nodes: nothing, edges: nothing });
});

test('what was added and removed since is told whole', async () => {
  const { edit, diff } = await freshDiff(addNode('a'), addNode('b'), addEdge('ab', 'a', 'b'));
  await edit({ op: 'node.remove', id: 'a' }, addNode('c'), addEdge('bc', 'b', 'c'));
  const plain = { type: 'lesson', position: { x: 0, y: 0 }, data: {} };
  assert.deepEqual(await diff(), {
    nodes: {
      added: [{ id: 'c', title: 'Lesson c', ...plain }],
      removed: [{ id: 'a', title: 'Lesson a', ...plain }],
      changed: [],
    },
    edges: {
      added: [{ id: 'bc', type: 'next', source: 'b', target: 'c' }],
      removed: [{ id: 'ab', type: 'next', source: 'a', target: 'b' }],
      changed: [],
    },
  });
});

test('what was changed tells each field, before and after, and texts word by word', async () => {
  const data = { minutes: 5, questions: [{ text: 'Why does water rise?', points: 1 }] };
  const { edit, diff } = await freshDiff(
    addNode('a', { title: 'The tides', data, content: richText('The moon pulls.', 'So.') }),
    addNode('b'),
    addEdge('e', 'a', 'b'),
  );
  const changed = { minutes: 7, questions: [{ text: 'Why does the water fall?', points: 1 }] };
  const content = richText('The sun and the moon pull.', 'So.');
  await edit(
    updateNode('a', { title: 'The spring tides', type: 'section', data: changed, content }),
    { op: 'node.move', id: 'b', position: { x: 3, y: -4 } },
    { op: 'edge.update', id: 'e', changes: { type: 'requires', source: 'b', target: 'a' } },
  );
  const { nodes, edges } = await diff();
  const [a, b] = nodes.changed;
  assert.deepEqual(a, {
    id: 'a',
    title: 'The spring tides',
    changes: {
      type: { before: 'lesson', after: 'section' },
      title: {
        before: 'The tides',
        after: 'The spring tides',
        words: [
          { op: 'equal', text: 'The ' },
          { op: 'insert', text: 'spring ' },
          { op: 'equal', text: 'tides' },
        ],
      },
      content: {
        before: richText('The moon pulls.', 'So.'),
        after: content,
        words: a?.changes['content']?.words,
      },
      data: {
        before: data,
        after: changed,
        texts: [
          {
            path: ['questions', '0', 'text'],
            words: [
              { op: 'equal', text: 'Why does ' },
              { op: 'insert', text: 'the ' },
              { op: 'equal', text: 'water ' },
              { op: 'delete', text: 'rise' },
              { op: 'insert', text: 'fall' },
              { op: 'equal', text: '?' },
            ],
          },
        ],
      },
    },
  });
  const words = a?.changes['content']?.words ?? [];
  const side = (op: string) =>
    words.flatMap((run) => (run.op === 'equal' || run.op === op ? [run.text] : [])).join('');
  assert.equal(side('delete'), 'The moon pulls.\nSo.');
  assert.equal(side('insert'), 'The sun and the moon pull.\nSo.');
  assert.deepEqual(words.at(-1), { op: 'equal', text: '.\nSo.' });
  const moved = { before: { x: 0, y: 0 }, after: { x: 3, y: -4 } };
  assert.deepEqual(b, { id: 'b', title: 'Lesson b', changes: { position: moved } });
  assert.deepEqual(edges.changed, [
    {
      id: 'e',
      changes: {
        type: { before: 'next', after: 'requires' },
        source: { before: 'a', after: 'b' },
        target: { before: 'b', after: 'a' },
      },
    },
  ]);
});

test('content that came or went is text that was inserted or deleted', async () => {
  const { edit, diff } = await freshDiff(
    addNode('a', { content: richText('Gone soon') }),
    addNode('b'),
  );
  await edit(updateNode('a', { content: null }), updateNode('b', { content: richText('New') }));
  const { nodes } = await diff();
  assert.deepEqual(
    nodes.changed.map(({ changes }) => changes['content']),
    [
      {
        before: richText('Gone soon'),
        after: null,
        words: [{ op: 'delete', text: 'Gone soon' }],
      },
      { before: null, after: richText('New'), words: [{ op: 'insert', text: 'New' }] },
    ],
  );
});

test('two snapshots are compared from the one in the address to the other, whatever came later', async () => {
  const { edit, keep, diff, ask, snapshotId } = await freshDiff(addNode('a'));
  await edit(addNode('b'));
  const later = await keep();
  await edit({ op: 'node.remove', id: 'a' });
  const ids = ({ nodes }: { nodes: Elements }) => [
    nodes.added.map(({ id }) => id),
    nodes.removed.map(({ id }) => id),
  ];
  assert.deepEqual(ids(await diff(`?against=${later.id}`)), [['b'], []]);
  const back = await ask<{ nodes: Elements }>(
    'GET',
    `/snapshots/${later.id}/diff?against=${snapshotId}`,
  );
  assert.deepEqual(ids(back), [[], ['b']]);
  assert.deepEqual(await diff(`?against=${snapshotId}`), { nodes: nothing, edges: nothing });
});
