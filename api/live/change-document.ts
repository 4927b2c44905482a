import type { HeldDocument } from '@lectern/db/graph/open-documents';
import type { Store } from '@lectern/db/open';
import type { Transaction } from '@lectern/db/postgres/connect';
import { appendUpdates, holdDocument } from '@lectern/db/postgres/documents';
import { notFound, Problem } from '../problems/problem.ts';
import type { Rooms } from './rooms.ts';

export type DocumentParts = Pick<Store, 'postgres' | 'documents'> & { readonly rooms: Rooms };

export type DocumentChange<T> = {
  readonly courseId: string;
  readonly userId: string;
  /** Looks and decides under the lock; an update is appended, without one nothing changes. */
  readonly decide: (
    tx: Transaction,
    document: HeldDocument,
  ) => Promise<{ readonly update?: Uint8Array | undefined; readonly result: T }>;
};

/**
 * Changes a course's document by a request: held against all other edits, committed, and then shown to
 * everybody who has it open, like any edit.
 */
export async function changeDocument<T>(
  { postgres, documents, rooms }: DocumentParts,
  { courseId, userId, decide }: DocumentChange<T>,
): Promise<{ readonly version: number | undefined; readonly result: T }> {
  const done = await documents.hold(courseId, (document) =>
    postgres.transaction().execute(async (tx) => {
      if (!(await holdDocument(tx, courseId))) throw notFound('course');
      const { update, result } = await decide(tx, document);
      if (update === undefined) return { update, result, version: undefined };
      const appended = await appendUpdates(tx, courseId, [{ data: update, userId }]);
      if (appended.outcome === 'full') throw documentFull();
      if (appended.outcome !== 'done') throw notFound('course');
      return { update, result, version: appended.version };
    }),
  );
  if (done.update !== undefined) {
    rooms.show(courseId, { first: done.version, updates: [done.update] });
  }
  return { version: done.version, result: done.result };
}

function documentFull(): Problem {
  return new Problem({
    status: 413,
    code: 'course_full',
    detail:
      'The course has the size that a course may have. Split it, or put files into materials.',
  });
}
