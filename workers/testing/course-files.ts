import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Graph } from '@lectern/db/graph/graph';
import type { ImportItem, ImportReport } from '@lectern/db/jobs/import-report';
import type { Store } from '@lectern/db/open';
import { findCourseExportById, insertCourseExport } from '@lectern/db/postgres/course-exports';
import {
  courseImportKeyOf,
  findImportToRun,
  insertCourseImport,
} from '@lectern/db/postgres/course-imports';
import { appendUpdates } from '@lectern/db/postgres/documents';
import type { CourseExportFormat } from '@lectern/db/postgres/graph-tables';
import { newId } from '@lectern/db/postgres/new-id';
import { exportCourseWorker } from '../course-export/worker.ts';
import { importCourseWorker } from '../course-import/worker.ts';
import { addCourse, addPerson } from './add-account.ts';
import { runTwice } from './run-twice.ts';

/** A course of somebody that says this. */
export async function addGraph(store: Store, graph: Graph, title = 'Course') {
  const owner = await addPerson(store);
  const courseId = await addCourse(store, [{ ...owner, role: 'owner' }], title);
  const data = await store.documents.build(graph);
  await appendUpdates(store.postgres, courseId, [{ data, userId: owner.id }]);
  return { courseId, userId: owner.id };
}

/** The graph of a course as its document says it now, elements by their ids. */
export async function readGraph(store: Store, courseId: string): Promise<Graph> {
  const checked = await store.documents.hold(courseId, (document) =>
    document.ask(store.postgres, { kind: 'check' }),
  );
  const { nodes, edges } = checked?.result.graph ?? { nodes: [], edges: [] };
  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);
  return { nodes: nodes.toSorted(byId), edges: edges.toSorted(byId) };
}

type Asked = { readonly courseId: string; readonly userId: string };

/** As a route does it, and then the worker. */
export async function exportCourse(
  store: Store,
  { courseId, userId }: Asked,
  format: CourseExportFormat,
) {
  const id = newId();
  const asked = { id, courseId, userId, format, lifeMs: 60_000, requestId: 'request-1' };
  await store.postgres.transaction().execute((tx) => insertCourseExport(tx, asked));
  const run = await runTwice(store, exportCourseWorker, {
    payload: { exportId: id },
    meta: { subject: id, owner: userId },
  });
  const row = await findCourseExportById(store.postgres, id);
  const key = row?.object_key ?? undefined;
  const bytes = key === undefined ? Buffer.alloc(0) : await buffer(await store.objects.read(key));
  return { id, run, key, bytes };
}

type File = { readonly fileName: string; readonly content: string | Buffer };

/** As a route does it, and then the worker. Without somebody else it is for a new person. */
export async function importFile(store: Store, { fileName, content }: File, userId?: string) {
  const owner = userId ?? (await addPerson(store)).id;
  const id = newId();
  const bytes = Buffer.from(content);
  await store.objects.write(courseImportKeyOf({ id, userId: owner }), Readable.from([bytes]));
  const asked = { id, userId: owner, fileName, sizeBytes: bytes.length };
  const author = { userId: owner, requestId: null, address: null };
  await store.postgres.transaction().execute((tx) => insertCourseImport(tx, asked, author));
  const run = await runTwice(store, importCourseWorker, {
    payload: { importId: id },
    meta: { subject: id, owner },
  });
  const report = (await findImportToRun(store.postgres, id))?.report ?? undefined;
  return { id, userId: owner, run, report };
}

/** The report of an import that went well. */
export async function importWell(store: Store, file: File, userId?: string): Promise<ImportReport> {
  const { run, report } = await importFile(store, file, userId);
  if (report !== undefined) return report;
  throw new Error(`nothing was imported: ${JSON.stringify(run)}`);
}

/** What a report says of these, in the order of the file. */
export function listItems(
  { items }: ImportReport,
  kind: ImportItem['kind'],
): Pick<ImportItem, 'title' | 'result' | 'reason' | 'changes'>[] {
  return items
    .filter((item) => item.kind === kind)
    .map(({ kind: _kind, id: _id, courseId: _courseId, ...item }) => item);
}
