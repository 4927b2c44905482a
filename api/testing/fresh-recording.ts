import { randomBytes } from 'node:crypto';
import type { Cue } from '@lectern/db/captions/cue';
import { type Captions, writeTrack } from '@lectern/db/postgres/captions';
import { newId } from '@lectern/db/postgres/new-id';
import { freshCourse } from './fresh-course.ts';

export const heard: readonly Cue[] = [
  { startMs: 1_000, endMs: 2_500, text: 'The moon pulls.' },
  { startMs: 3_000, endMs: 4_000, text: 'The sea <follows>.' },
];

/** A course with a recording of which a program wrote down what is said. */
export async function freshRecording() {
  const course = await freshCourse();
  const { store, me, courseId } = course;
  const id = newId();
  await store.postgres
    .insertInto('materials')
    .values({
      id,
      course_id: courseId,
      owner_id: me.userId,
      file_name: 'Tides 1.mp3',
      media_type: 'audio/mpeg',
      kind: 'audio',
      size_bytes: 1_000,
      sha256: randomBytes(32).toString('hex'),
      object_key: `materials/${courseId}/${id}/original.mp3`,
      language: null,
    })
    .execute();
  const write = (language = 'en', position = 0): Promise<Captions> =>
    store.postgres.transaction().execute((tx) =>
      writeTrack(tx, id, {
        language,
        position,
        source: 'speech',
        engine: 'pocketsphinx',
        is_draft: true,
        cues: heard,
      }),
    );
  const listRuns = async () => {
    const runs = await store.postgres
      .selectFrom('runs')
      .select(['job', 'payload', 'owner'])
      .where('subject', '=', id)
      .orderBy('id')
      .execute();
    return runs;
  };
  return { ...course, id, url: `/v1/materials/${id}/captions`, write, listRuns };
}
