import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as Y from 'yjs';
import { captureUpdate, edgeAdd, makeGraphDoc, nodeAdd } from '../testing/make-graph-doc.ts';
import { elementAt } from './edit-graph.ts';
import { KeptDocument } from './kept-document.ts';
import type { Op } from './ops.ts';
import { edgesOf, nodesOf } from './read-graph.ts';

/** A document of version 10, and another's changes to it, each a version more. */
function keep() {
  const doc = makeGraphDoc(nodeAdd('a'), nodeAdd('b'), edgeAdd('e', 'a', 'b'));
  const kept = new KeptDocument({ state: Y.encodeStateAsUpdate(doc), stateVersion: 10 });
  const change = (act: () => void) => {
    const data = captureUpdate(doc, () => doc.transact(act));
    assert.ok(data !== undefined);
    kept.catchUp({ updates: [{ version: kept.version + 1, data }] });
  };
  const edit = (baseVersion: number, ...ops: readonly Op[]) =>
    kept.edit({ kind: 'edit', ops, baseVersion }, () => 'made');
  const setTitle = (title: string) =>
    change(() => elementAt(nodesOf(doc), 'a').set('title', title));
  return { doc, kept, change, edit, setTitle };
}

const retitle: Op = { op: 'node.update', id: 'a', changes: { title: 'Mine' } };
const move: Op = { op: 'node.move', id: 'a', position: { x: 1, y: 1 } };

test('a title that changed since is a conflict with the title there is now', () => {
  const { edit, setTitle, kept } = keep();
  setTitle('Theirs');
  assert.deepEqual(edit(10, move, retitle), {
    outcome: 'conflict',
    conflicts: [{ index: 1, id: 'a', field: 'title', version: 11, current: 'Theirs' }],
  });
  assert.match(kept.read({ hideAnswers: false }), /"title":"Theirs","position":\{"x":0,"y":0\}/);
});

test('another field that changed, or a change before the base, is none', () => {
  const { edit, setTitle } = keep();
  setTitle('Theirs');
  assert.equal(edit(10, move).outcome, 'done');
  assert.equal(edit(11, retitle).outcome, 'done');
});

test('an edit without a base version is merged', () => {
  const { kept, setTitle } = keep();
  setTitle('Theirs');
  assert.equal(kept.edit({ kind: 'edit', ops: [retitle] }, () => '').outcome, 'done');
});

test('a node that was removed since is a conflict, with nothing there now', () => {
  const { doc, edit, change } = keep();
  change(() => nodesOf(doc).delete('a'));
  for (const op of [retitle, move, { op: 'node.remove', id: 'a' } as const]) {
    assert.deepEqual(edit(10, op), {
      outcome: 'conflict',
      conflicts: [{ index: 0, id: 'a', field: '', version: 11, current: null }],
    });
  }
});

test('to remove a node that somebody changed since is a conflict', () => {
  const { edit, setTitle } = keep();
  setTitle('Theirs');
  const edited = edit(10, { op: 'node.remove', id: 'a' });
  assert.deepEqual(edited.outcome === 'conflict' && edited.conflicts.map(({ field }) => field), [
    'title',
  ]);
});

test('an id that somebody used since is a conflict with what is there under it', () => {
  const { doc, edit, change } = keep();
  change(() => nodesOf(doc).set('c', new Y.Map([['type', 'section']])));
  const current = { id: 'c', type: 'section', title: '', position: { x: 0, y: 0 }, data: {} };
  assert.deepEqual(edit(10, nodeAdd('c')), {
    outcome: 'conflict',
    conflicts: [{ index: 0, id: 'c', field: '', version: 11, current }],
  });
});

test('an edge that changed since is a conflict in that field', () => {
  const { doc, edit, change } = keep();
  change(() => elementAt(edgesOf(doc), 'e').set('type', 'relates'));
  const op = (changes: { type?: 'next'; target?: string }): Op => ({
    op: 'edge.update',
    id: 'e',
    changes,
  });
  assert.equal(edit(10, op({ target: 'a' })).outcome, 'done');
  assert.deepEqual(edit(10, op({ type: 'next' })), {
    outcome: 'conflict',
    conflicts: [{ index: 0, id: 'e', field: 'type', version: 11, current: 'relates' }],
  });
});

test('what rows know of changes before the document was opened counts too', () => {
  const { kept } = keep();
  const edited = kept.edit(
    {
      kind: 'edit',
      ops: [retitle],
      baseVersion: 8,
      changed: [{ element: 'node:a', field: 'title', version: 9 }],
    },
    () => '',
  );
  assert.deepEqual(edited, {
    outcome: 'conflict',
    conflicts: [{ index: 0, id: 'a', field: 'title', version: 9, current: 'Lesson a' }],
  });
});

test('the own edit counts as the version that it will have', () => {
  const { kept, edit } = keep();
  const first = edit(10, retitle);
  assert.ok(first.outcome === 'done');
  kept.catchUp({ updates: [{ version: 11, data: first.update }] });
  assert.equal(edit(11, retitle).outcome, 'done');
  const late = edit(10, retitle);
  assert.deepEqual(
    late.outcome === 'conflict' && late.conflicts.map(({ version }) => version),
    [12],
  );
});

test('the update of an edit makes another document the same', () => {
  const { doc, kept, edit } = keep();
  const edited = edit(10, retitle, { op: 'node.remove', id: 'b' });
  assert.ok(edited.outcome === 'done');
  Y.applyUpdate(doc, edited.update);
  const other = new KeptDocument({ state: Y.encodeStateAsUpdate(doc), stateVersion: 10 });
  assert.equal(other.read({ hideAnswers: false }), kept.read({ hideAnswers: false }));
});
