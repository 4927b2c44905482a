import type { Store } from '@lectern/db/open';
import { appendUpdates } from '@lectern/db/postgres/documents';
import * as Y from 'yjs';
import { settleCourseWorker } from '../course-settle/worker.ts';
import { addCourse, addPerson } from './add-account.ts';
import { runTwice } from './run-twice.ts';

/** A course with an owner who edits its document as an editor in a browser would. */
export async function editCourse(store: Store, doc = new Y.Doc()) {
  const owner = await addPerson(store, 'Ann');
  const courseId = await addCourse(store, [{ ...owner, role: 'owner' }]);
  const { postgres } = store;
  const nodes: Y.Map<Y.Map<unknown>> = doc.getMap('nodes');
  const edges: Y.Map<unknown> = doc.getMap('edges');

  const append = async (updates: readonly Uint8Array[], userId: string | null = owner.id) => {
    const news = updates.map((data) => ({ data, userId }));
    const appended = await appendUpdates(postgres, courseId, news);
    if (appended.outcome !== 'done') throw new Error(`the document is ${appended.outcome}`);
    return appended.version;
  };
  /** One update, appended as by this person. */
  const edit = (act: () => void, userId?: string | null): Promise<number> => {
    const updates: Uint8Array[] = [];
    const listen = (update: Uint8Array) => updates.push(update);
    doc.on('update', listen);
    doc.transact(act);
    doc.off('update', listen);
    return append(updates, userId);
  };
  const settle = (isWhole?: true) =>
    runTwice(store, settleCourseWorker, {
      payload: { courseId, ...(isWhole && { isWhole }) },
      meta: { subject: courseId },
    });
  const listNodes = () =>
    postgres
      .selectFrom('nodes')
      .selectAll()
      .where('course_id', '=', courseId)
      .orderBy('id')
      .execute();
  const listEdges = () =>
    postgres
      .selectFrom('edges')
      .selectAll()
      .where('course_id', '=', courseId)
      .orderBy('id')
      .execute();
  const listHistory = () =>
    postgres
      .selectFrom('course_history')
      .selectAll()
      .where('course_id', '=', courseId)
      .orderBy('id')
      .execute();
  const readDocument = () =>
    postgres
      .selectFrom('course_documents')
      .selectAll()
      .where('course_id', '=', courseId)
      .executeTakeFirstOrThrow();
  return {
    owner,
    courseId,
    doc,
    nodes,
    edges,
    append,
    edit,
    settle,
    listNodes,
    listEdges,
    listHistory,
    readDocument,
  };
}

/** A node as editors write it. */
export function nodeOf(
  type: string,
  title: string,
  { data = {}, words }: { readonly data?: object; readonly words?: string } = {},
): Y.Map<unknown> {
  const node = new Y.Map<unknown>([
    ['type', type],
    ['title', title],
    ['position', { x: 0, y: 0 }],
    ['data', data],
  ]);
  if (words === undefined) return node;
  const content = new Y.XmlFragment();
  const paragraph = new Y.XmlElement('paragraph');
  paragraph.insert(0, [new Y.XmlText(words)]);
  content.insert(0, [paragraph]);
  node.set('content', content);
  return node;
}

export function edgeOf(type: string, source: string, target: string): Y.Map<unknown> {
  return new Y.Map<unknown>(Object.entries({ type, source, target }));
}
