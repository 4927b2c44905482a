import type { VerifiedCourse } from '@lectern/db/jobs/import-report';
import type { Author } from '@lectern/db/postgres/audit';
import { appendUpdates, mostDocumentBytes } from '@lectern/db/postgres/documents';
import type { CourseImport } from '@lectern/db/postgres/course-imports';
import { holdCourseImport } from '@lectern/db/postgres/course-imports';
import { insertFilledCourse, isCourseMade } from '@lectern/db/postgres/filled-course';
import { addMaterials, type NewMaterial } from '@lectern/db/postgres/materials';
import { Cancel } from '@lectern/db/queue/outcomes';
import type { Context } from '../runtime/define-worker.ts';
import { compareGraphs } from './compare-graphs.ts';
import type { Draft, DraftMaterial } from './draft.ts';
import { leastBytesOf } from './least-bytes-of.ts';

export type Making = Pick<Context<unknown>, 'store' | 'signal' | 'save'> & {
  readonly asked: CourseImport;
  readonly author: Author;
};

/** Thrown to take a course back whole that cannot be had. */
export class CourseTooLarge extends Error {
  override readonly name = 'CourseTooLarge';
}

/**
 * Makes a course: its files first, then in one transaction all of its rows, and looks whether it says
 * what it was to say. One that an earlier try made is only looked at.
 */
export async function makeCourse(making: Making, draft: Draft): Promise<VerifiedCourse> {
  const { store, save } = making;
  const { postgres, documents } = store;
  // To find that out by making its document takes memory many times its size.
  if (leastBytesOf(draft.graph) > mostDocumentBytes) throw new CourseTooLarge();
  const isMade = await isCourseMade(postgres, draft.id);
  if (!isMade) await storeFiles(making, draft);
  const state = isMade ? undefined : await documents.build(draft.graph);
  let differences: string[] = [];
  await documents.hold(draft.id, (document) =>
    save(async (tx) => {
      if (!(await holdCourseImport(tx, making.asked.id))) throw importGone();
      if (state !== undefined) await insertRows(tx, making, { draft, state });
      const checked = await document.ask(tx, { kind: 'check' });
      differences =
        checked === undefined
          ? ['The course is gone.']
          : compareGraphs(draft.graph, checked.result.graph);
    }),
  );
  const { nodes, edges } = draft.graph;
  return {
    courseId: draft.id,
    nodes: nodes.length,
    edges: edges.length,
    materials: draft.materials.length,
    isEqual: differences.length === 0,
    differences,
  };
}

type Tx = Parameters<Parameters<Making['save']>[0]>[0];

async function insertRows(
  tx: Tx,
  { asked, author, store: { config } }: Making,
  { draft, state }: { readonly draft: Draft; readonly state: Uint8Array },
): Promise<void> {
  const { id, title, description, language, level, tags, materials } = draft;
  const ownerId = asked.user_id;
  const fields = { id, title, description, language, level, tags, ownerId };
  if (!(await insertFilledCourse(tx, fields, { author, origin: { importId: asked.id } }))) return;
  const appended = await appendUpdates(tx, id, [{ data: state, userId: ownerId }]);
  if (appended.outcome !== 'done') throw new CourseTooLarge();
  if (materials.length === 0) return;
  await addMaterials(
    tx,
    materials.map((material) => toRow(material, { courseId: id, ownerId })),
    author,
    config,
  );
}

async function storeFiles({ store, signal }: Making, { id, materials }: Draft): Promise<void> {
  for (const material of materials) {
    await store.objects.write(keyOf(id, material), pieces(material.bytes), { signal });
  }
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, void> {
  yield bytes;
}

function keyOf(courseId: string, { id, extension }: DraftMaterial): string {
  return `materials/${courseId}/${id}/original.${extension}`;
}

function toRow(
  material: DraftMaterial,
  { courseId, ownerId }: { readonly courseId: string; readonly ownerId: string },
): NewMaterial {
  return {
    id: material.id,
    course_id: courseId,
    owner_id: ownerId,
    file_name: material.fileName,
    media_type: material.mediaType,
    kind: material.kind,
    size_bytes: material.bytes.length,
    sha256: material.sha256,
    object_key: keyOf(courseId, material),
  };
}

export function importGone(): Cancel {
  return new Cancel('import_gone', 'The import was removed before it was done.');
}
