import { Readable } from 'node:stream';
import { extractMaterial } from '@lectern/db/jobs/extract';
import { sendMail } from '@lectern/db/jobs/mail';
import type { Store } from '@lectern/db/open';
import { insertDeletion } from '@lectern/db/postgres/deletions';
import { enqueue } from '@lectern/db/postgres/enqueue';
import { exportKeyOf, insertExport } from '@lectern/db/postgres/exports';
import { newId } from '@lectern/db/postgres/new-id';
import {
  addComment,
  addCourse,
  addPerson,
  addUpload,
  addVersion,
  addWatched,
} from './add-account.ts';

/**
 * Ann, whose account is to go, with a trace in every table: a course of her own, one that she shares
 * with other owners, and one of somebody else that she learns from.
 */
export async function addLeaver(store: Store) {
  const { postgres, objects } = store;
  const [ann, bob, cyd, dan] = [
    await addPerson(store, 'Ann'),
    await addPerson(store, 'Bob'),
    await addPerson(store, 'Cyd'),
    await addPerson(store, 'Dan'),
  ];
  const sole = await addCourse(store, [
    { id: ann.id, role: 'owner' },
    { id: bob.id, role: 'editor' },
  ]);
  const shared = await addCourse(store, [
    { id: ann.id, role: 'owner' },
    { id: bob.id, role: 'editor' },
    { id: cyd.id, role: 'owner' },
    { id: dan.id, role: 'owner' },
  ]);
  const foreign = await addCourse(store, [
    { id: bob.id, role: 'owner' },
    { id: ann.id, role: 'learner' },
  ]);
  const bytes = Buffer.from('ten bytes.');
  const inSole = await addUpload(store, { courseId: sole, ownerId: ann.id, bytes });
  const bobsInSole = await addUpload(store, { courseId: sole, ownerId: bob.id });
  const inShared = await addUpload(store, { courseId: shared, ownerId: ann.id });
  await addVersion(store, { id: inShared.id, courseId: shared, ownerId: ann.id });
  const inForeign = await addUpload(store, { courseId: foreign, ownerId: ann.id });
  const bobsInForeign = await addUpload(store, { courseId: foreign, ownerId: bob.id });

  for (const courseId of [sole, shared]) {
    const about = { courseId, authorId: bob.id };
    const mentioning = `@[Ann [A.]](${ann.id.toUpperCase()}), @[Cyd](${cyd.id}), look.`;
    const thread = { ...about, body: mentioning, mentions: [ann.id, cyd.id], resolvedBy: ann.id };
    const parentId = await addComment(store, thread);
    await addComment(store, { courseId, authorId: ann.id, body: 'I see.', parentId });
    await addComment(store, { ...about, body: 'Ann?', mentions: [ann.id], parentId });
  }

  for (const { id } of [inSole, bobsInForeign]) await addWatched(store, ann.id, id);

  const expires_at = new Date(Date.now() + 60_000);
  const invite = { role: 'learner' as const, expires_at };
  await postgres
    .insertInto('invitations')
    .values([
      { ...invite, id: newId(), course_id: foreign, email: ann.email, invited_by: bob.id },
      { ...invite, id: newId(), course_id: shared, email: 'eve@example.org', invited_by: ann.id },
      { ...invite, id: newId(), course_id: sole, email: 'eve@example.org', invited_by: ann.id },
    ])
    .execute();
  await postgres
    .insertInto('mailbox_proofs')
    .values({
      user_id: ann.id,
      purpose: 'verify_email',
      token_hash: Buffer.from(ann.id),
      expires_at,
    })
    .execute();
  await postgres
    .insertInto('effects')
    .values({ key: `note:${ann.id}`, state: 'done', result: JSON.stringify({ to: ann.email }) })
    .execute();
  const exportId = newId();
  const exportKey = exportKeyOf({ id: exportId, user_id: ann.id });
  await objects.write(exportKey, Readable.from([Buffer.from('zip')]));

  const work = await postgres.transaction().execute(async (tx) => {
    await insertExport(tx, { id: exportId, userId: ann.id, lifeMs: 60_000, requestId: 'r' });
    const extract = (materialId: string) =>
      enqueue(tx, extractMaterial, { materialId }, { subject: materialId, owner: ann.id });
    return {
      gone: [await extract(inSole.id), await extract(newId())],
      kept: await extract(inShared.id),
      mails: [
        await enqueue(tx, sendMail, { kind: 'verify_email', id: ann.id }),
        await enqueue(tx, sendMail, { kind: 'export_ready', id: exportId }, { owner: ann.id }),
      ],
    };
  });
  await postgres
    .insertInto('dead_letters')
    .values({
      id: newId(),
      run_id: work.kept,
      job: extractMaterial.name,
      owner: ann.id,
      payload: JSON.stringify({ materialId: inShared.id }),
      error: JSON.stringify({ code: 'failed', message: 'It failed.' }),
    })
    .execute();
  const people = { ann, bob, cyd, dan };
  const courses = { sole, shared, foreign };
  const uploads = { inSole, bobsInSole, inShared, inForeign, bobsInForeign };
  return { people, courses, uploads, work, exportId };
}

/** What the receipt of her deletion says. */
export const leaverRemoved = {
  courses: 1,
  materials: 2,
  files: 4,
  bytes: 2 * 10 + 2 * 36,
  coursesHandedOver: 1,
  materialsHandedOver: 2,
  memberships: 3,
  invitations: 2,
  exports: 1,
  watched: 2,
};

/** As a route does it. */
export async function askForDeletion({ postgres }: Store, userId: string): Promise<string> {
  const id = newId();
  await postgres.transaction().execute(async (tx) => {
    await tx
      .updateTable('users')
      .set({ deleting_at: new Date() })
      .where('id', '=', userId)
      .execute();
    await insertDeletion(tx, { id, userId, tokenHash: Buffer.from(id), requestId: 'request-1' });
  });
  return id;
}
