import { Readable } from 'node:stream';
import { ObjectMissing, type Objects } from '@lectern/db/objects/objects';
import {
  findProfile,
  listLogins,
  listMemberships,
  listOwnInvitations,
  listPersonalTokens,
} from '@lectern/db/postgres/account-data';
import {
  streamActivity,
  streamCourseExports,
  streamCourseImports,
  streamCourseMaterials,
  streamOwnComments,
  streamOwnedCourses,
  streamOwnRuns,
  streamUploads,
  streamWatching,
} from '@lectern/db/postgres/account-streams';
import { maskEmail } from '@lectern/db/postgres/audit';
import { listMaterialVersions, type MaterialVersion } from '@lectern/db/postgres/material-versions';
import type { Db } from '@lectern/db/postgres/connect';
import { nameEntry } from '../zip/name-entry.ts';
import type { ZipEntry } from '../zip/pack-zip.ts';
import { readMe } from './read-me.ts';
import { writeJson, writeJsonList } from './write-json.ts';

export type Person = {
  readonly userId: string;
  readonly postgres: Db;
  readonly objects: Objects;
  /** When the export was asked for; what has no date of its own gets it. */
  readonly askedAt: Date;
  readonly onMaterial: () => void;
};

/** Every file of the zip, each opened when its turn comes. */
export async function* listEntries(person: Person): AsyncGenerator<ZipEntry, void, void> {
  const { userId, postgres, askedAt } = person;
  const profile = await findProfile(postgres, userId);
  if (profile === undefined) throw new Error(`cannot export account ${userId}: it is gone`);
  const entry = (name: string, text: string | AsyncIterable<string>): ZipEntry => ({
    name,
    modifiedAt: askedAt,
    content: Readable.from(typeof text === 'string' ? [text] : text),
  });

  yield entry('README.txt', readMe);
  yield entry('profile.json', writeJson(profile));
  yield entry('logins.json', writeJsonList(await listLogins(postgres, userId)));
  yield entry('tokens.json', writeJsonList(await listPersonalTokens(postgres, userId)));
  yield entry('memberships.json', writeJsonList(await listMemberships(postgres, userId)));
  const invitations = await listOwnInvitations(postgres, profile);
  yield entry('invitations.json', writeJsonList(describeInvitations(invitations, profile.email)));
  for await (const course of streamOwnedCourses(postgres, userId)) {
    yield entry(`courses/${course.id}/course.json`, writeCourse(person, course));
  }
  yield entry('materials.json', writeJsonList(describeUploads(person)));
  const missing: Missing[] = [];
  yield* openUploads(person, missing);
  yield entry('imports.json', writeJsonList(streamCourseImports(postgres, userId)));
  yield entry('course-exports.json', writeJsonList(streamCourseExports(postgres, userId)));
  yield entry('comments.json', writeJsonList(streamOwnComments(postgres, userId)));
  yield entry('watching.json', writeJsonList(streamWatching(postgres, userId)));
  yield entry('activity.json', writeJsonList(streamActivity(postgres, userId)));
  yield entry('jobs.json', writeJsonList(streamOwnRuns(postgres, userId)));
  yield entry('missing.json', writeJsonList(missing));
}

type Missing = { readonly materialId: string; readonly fileName: string };
type Invitations = Awaited<ReturnType<typeof listOwnInvitations>>;

/** Whom the person invited may be a member by now, whose address is not the person's to take along. */
function describeInvitations(invitations: Invitations, ownEmail: string): object[] {
  return invitations.map(({ email, ...invitation }) => {
    const isToPerson = email.toLowerCase() === ownEmail.toLowerCase();
    return {
      ...invitation,
      direction: isToPerson ? 'received' : 'sent',
      email: isToPerson ? email : maskEmail(email),
    };
  });
}

/** The list of a course's materials can be long: it is written as it is read. */
async function* writeCourse(
  { userId, postgres }: Person,
  course: { readonly id: string },
): AsyncGenerator<string, void, void> {
  yield `{"course":${JSON.stringify(course)},\n"materials":`;
  yield* writeJsonList(listMaterials());
  yield '}\n';

  async function* listMaterials() {
    for await (const material of streamCourseMaterials(postgres, course.id)) {
      const { id, fileName, mediaType, kind, sizeBytes, language, uploadedAt } = material;
      const isYours = material.uploaderId === userId;
      yield { id, fileName, mediaType, kind, sizeBytes, language, uploadedAt, isYours };
    }
  }
}

async function* describeUploads({ userId, postgres }: Person): AsyncGenerator<object, void, void> {
  for await (const material of streamUploads(postgres, userId)) {
    const { uploaderId: _self, objectKey: _key, ...described } = material;
    const versions = await listMaterialVersions(postgres, material.id);
    const earlier = versions.map((version) => ({
      fileName: version.file_name,
      sizeBytes: version.size_bytes,
      replacedAt: version.replaced_at,
      file: earlierPlaceOf(material, version),
    }));
    yield { ...described, file: placeOf(material), ...(earlier.length > 0 && { earlier }) };
  }
}

async function* openUploads(
  { userId, postgres, objects, onMaterial }: Person,
  missing: Missing[],
): AsyncGenerator<ZipEntry, void, void> {
  for await (const material of streamUploads(postgres, userId)) {
    const { id, fileName, kind, uploadedAt, objectKey } = material;
    // Opened before its entry begins: an entry that has begun cannot be taken back.
    const content = await openIfThere(objects, objectKey);
    if (content === undefined) missing.push({ materialId: id, fileName });
    else {
      const isCompressed = kind !== 'text';
      yield { name: placeOf(material), modifiedAt: uploadedAt, content, isCompressed };
    }
    for (const version of await listMaterialVersions(postgres, id)) {
      const file = await openIfThere(objects, version.object_key);
      if (file === undefined) missing.push({ materialId: id, fileName: version.file_name });
      else {
        const name = earlierPlaceOf(material, version);
        yield { name, modifiedAt: version.replaced_at, content: file, isCompressed: true };
      }
    }
    onMaterial();
  }
}

function placeOf({ id, fileName }: { readonly id: string; readonly fileName: string }): string {
  return `materials/${id}/${nameEntry(fileName)}`;
}

function earlierPlaceOf(
  { id }: { readonly id: string },
  { number, file_name: fileName }: Pick<MaterialVersion, 'number' | 'file_name'>,
): string {
  return `materials/${id}/earlier/${number}/${nameEntry(fileName)}`;
}

async function openIfThere(objects: Objects, key: string): Promise<Readable | undefined> {
  try {
    return await objects.read(key);
  } catch (error) {
    if (error instanceof ObjectMissing) return undefined;
    throw error;
  }
}
