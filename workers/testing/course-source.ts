import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Graph } from '@lectern/db/graph/graph';
import type { RichNode } from '@lectern/db/graph/rich-text';
import type { ExportedMaterial } from '@lectern/db/postgres/exported-course';
import { newId } from '@lectern/db/postgres/new-id';
import type { CourseSource } from '../course-export/read-course.ts';
import { packZip, type ZipEntry } from '../zip/pack-zip.ts';
import { readZip } from './read-zip.ts';

type SourceFile = {
  readonly fileName: string;
  /** Undefined where the bytes are lost. */
  readonly bytes?: Buffer | undefined;
  readonly id?: string;
  readonly kind?: string;
};

const exportedAt = new Date('2026-03-15T12:00:00Z');

/** A course as an export reads it, without a database. */
export function makeSource(
  graph: Graph,
  {
    files = [],
    ...fields
  }: Partial<CourseSource['course']> & { readonly files?: readonly SourceFile[] } = {},
): CourseSource {
  const contents = new Map<string, Buffer | undefined>();
  const materials = files.map(({ fileName, bytes, id = newId(), kind = 'text' }) => {
    contents.set(id, bytes);
    return toMaterial({ id, fileName, kind, bytes: bytes ?? Buffer.from('lost') });
  });
  return {
    course: {
      id: newId(),
      title: 'Tides',
      description: '',
      language: 'en',
      level: null,
      tags: [],
      visibility: 'private',
      ...fields,
    },
    graph,
    materials,
    exportedAt,
    open: async ({ id }) => {
      const bytes = contents.get(id);
      return bytes && Readable.from([bytes]);
    },
  };
}

function toMaterial(given: {
  readonly id: string;
  readonly fileName: string;
  readonly kind: string;
  readonly bytes: Buffer;
}): ExportedMaterial {
  const { bytes, ...named } = given;
  return {
    ...named,
    mediaType: 'text/plain',
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    objectKey: `materials/${given.id}/original.txt`,
    addedAt: exportedAt,
  };
}

/** The files of the zip that these entries make, by their names. */
export async function readEntries(entries: AsyncIterable<ZipEntry>): Promise<Map<string, Buffer>> {
  return readZip(await buffer(packZip(entries)));
}

export function text(words: string, ...marks: readonly string[]): RichNode {
  return { type: 'text', text: words, ...(marks.length > 0 && { marks: marks.map(asMark) }) };
}

export function link(words: string, href: string): RichNode {
  return { type: 'text', text: words, marks: [{ type: 'link', attrs: { href } }] };
}

export function block(type: string, ...content: readonly RichNode[]): RichNode {
  return { type, content };
}

function asMark(type: string) {
  return { type };
}
