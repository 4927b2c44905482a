import assert from 'node:assert/strict';
import type { Store } from '@lectern/db/open';
import type { editCourse } from './edit-course.ts';
import { nodeOf } from './edit-course.ts';

type EditedCourse = Awaited<ReturnType<typeof editCourse>>;

/** Puts something strange into a course beside a good node, settles it, and tells what is there then. */
export async function settleHostile(store: Store, course: EditedCourse, act: () => void) {
  await course.edit(() => course.nodes.set('good', nodeOf('lesson', 'Good', { words: 'Words.' })));
  await course.edit(act);
  const run = await course.settle();
  assert.equal(run.state, 'done', run.error?.message);
  const rows = await course.listNodes();
  assert.ok(rows.some(({ id }) => id === 'good'));
  const { documents, postgres } = store;
  const [read, check] = await documents.hold(course.courseId, async (document) => [
    await document.ask(postgres, { kind: 'read', hideAnswers: false }),
    await document.ask(postgres, { kind: 'check' }),
  ]);
  assert.ok(read !== undefined && check !== undefined);
  const graph: { nodes: { id: string }[]; edges: { id: string }[] } = JSON.parse(read.result);
  assert.deepEqual(new Set(graph.nodes.map(({ id }) => id)), new Set(rows.map(({ id }) => id)));
  const { faults } = check.result;
  assert.equal((await course.readDocument()).fault_count, faults.length);
  const invalid = faults.filter(({ code }) => code === 'invalid_value').map(({ path }) => path);
  return { rows, graph, invalid };
}
