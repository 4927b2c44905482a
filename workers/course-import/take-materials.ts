import { createHash } from 'node:crypto';
import type { ImportItem } from '@lectern/db/jobs/import-report';
import { firstStages } from '@lectern/db/jobs/pipeline';
import { cleanFileName } from '@lectern/db/materials/clean-file-name';
import { headBytes, recogniseMedia } from '@lectern/db/materials/recognise-media';
import { decodeContent } from './decode-content.ts';
import { deriveId } from '@lectern/db/postgres/derive-id';
import type { DraftMaterial } from './draft.ts';
import { type Fields, isFields, noteOthers, pick, showName, textOf } from './fields.ts';

export type TakenMaterials = {
  readonly materials: readonly DraftMaterial[];
  /** What a material is called now, by what the file calls it; undefined for one that was left out. */
  readonly renamed: ReadonlyMap<string, string | undefined>;
};

const mostMaterials = 2_000;

/** Looks at each file of a course as at one that is uploaded: by its content and not by what is said. */
export function takeMaterials(
  values: readonly unknown[],
  { courseId, items }: { readonly courseId: string; readonly items: ImportItem[] },
): TakenMaterials {
  const materials: DraftMaterial[] = [];
  const byHash = new Map<string, DraftMaterial>();
  const renamed = new Map<string, string | undefined>();
  for (const [index, value] of values.entries()) {
    const fields = isFields(value) ? value : {};
    const stated = textOf(fields['id']) ?? '';
    const given = isFields(value) ? pick(fields, ...nameFields) : value;
    const name = cleanFileName((textOf(given) ?? '').slice(-1_000));
    const id = deriveId(courseId, `material ${index}`);
    const taken =
      index < mostMaterials
        ? takeMaterial(fields, { id, fileName: name })
        : `A course takes at most ${mostMaterials} files at once.`;
    if (typeof taken === 'string') {
      items.push({
        kind: 'material',
        id: showName(stated),
        title: name,
        result: 'left_out',
        reason: taken,
      });
      if (stated !== '' && !renamed.has(stated)) renamed.set(stated, undefined);
      continue;
    }
    const { material, changes } = taken;
    const twin = byHash.get(material.sha256);
    if (twin === undefined) materials.push(material);
    else changes.push(`It is the same file as “${twin.fileName}”; both are one material now.`);
    const kept = twin ?? material;
    byHash.set(material.sha256, kept);
    if (renamed.get(stated) !== undefined && renamed.get(stated) !== kept.id) {
      changes.push(
        `Its id “${showName(stated)}” is that of a file before it, which is meant by it.`,
      );
    }
    if (stated !== '' && renamed.get(stated) === undefined) renamed.set(stated, kept.id);
    const result = changes.length > 0 ? 'changed' : 'imported';
    items.push({
      kind: 'material',
      id: kept.id,
      title: name,
      result,
      ...(changes.length > 0 && { changes }),
    });
  }
  return { materials, renamed };
}

const nameFields = ['fileName', 'name', 'title'] as const;
const contentFields = ['content', 'data', 'base64', 'dataUrl', 'body'] as const;
/** What is seen in the content itself. */
const seenFields = ['id', 'sha256', 'size', 'type', 'kind', 'mediaType', 'mimeType', 'mime'];

type TakenMaterial = { readonly material: DraftMaterial; readonly changes: string[] };

function takeMaterial(
  fields: Fields,
  { id, fileName }: { readonly id: string; readonly fileName: string },
): TakenMaterial | string {
  const bytes = decodeContent(pick(fields, ...contentFields));
  if (typeof bytes === 'string') return bytes;
  if (bytes.length === 0) return 'It has no content.';
  const media = recogniseMedia(bytes.subarray(0, headBytes), fileName);
  if (media === undefined || firstStages(media.kind).length === 0) {
    return 'It is not text. What can be read now: plain text and Markdown.';
  }
  const changes: string[] = [];
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const stated = textOf(fields['sha256']);
  if (stated !== undefined && stated.toLowerCase() !== sha256) {
    changes.push('Its content is not the one that its checksum was made of.');
  }
  const given = textOf(pick(fields, ...nameFields));
  if (given !== fileName) changes.push(`It is called “${fileName}” now.`);
  const others = seenFields.map((name) => [name]);
  noteOthers(fields, [nameFields, contentFields, ...others], changes);
  return { material: { ...media, id, fileName, bytes, sha256 }, changes };
}
