import { Analysis } from '@lectern/db/materials/analysis';
import {
  describeStages,
  MaterialStatus,
  type RunFacts,
  StageShape,
} from '@lectern/db/materials/describe-stages';
import { isPending } from '@lectern/db/postgres/fetched-materials';
import type { Material } from '@lectern/db/postgres/materials';
import { type Static, Type } from 'typebox';
import { Id, Instant } from '../routes/shapes.ts';

export const MaterialKind = Type.Enum([
  'document',
  'presentation',
  'image',
  'audio',
  'video',
  'text',
]);

export const MaterialShape = Type.Object({
  id: Id,
  courseId: Id,
  fileName: Type.String(),
  mediaType: Type.String(),
  size: Type.Integer({ description: 'bytes' }),
  sha256: Type.String({ description: 'empty until the file is there' }),
  kind: MaterialKind,
  status: MaterialStatus,
  stages: Type.Array(StageShape),
  title: Type.Optional(Type.String({ description: 'as the file says' })),
  author: Type.Optional(Type.String({ description: 'as the file says' })),
  pages: Type.Optional(Type.Integer({ description: 'or slides' })),
  duration: Type.Optional(Type.Number({ description: 'seconds that it plays' })),
  language: Type.Optional(Type.String()),
  analysis: Type.Optional(Analysis),
  createdAt: Instant,
});

export type MaterialDocument = Static<typeof MaterialShape>;

/** A material as clients see it: its stages and its status follow from its runs, oldest first. */
export function describeMaterial(
  material: Material,
  runs: readonly RunFacts[],
  now = Date.now(),
): MaterialDocument {
  const { status, stages } = describeStages(material, runs, now);
  return {
    id: material.id,
    courseId: material.course_id,
    fileName: material.file_name,
    mediaType: material.media_type,
    size: material.size_bytes,
    sha256: isPending(material) ? '' : material.sha256,
    kind: material.kind,
    status,
    stages,
    ...(material.title !== null && { title: material.title }),
    ...(material.author !== null && { author: material.author }),
    ...(material.page_count !== null && { pages: material.page_count }),
    ...(material.duration_ms !== null && { duration: material.duration_ms / 1_000 }),
    ...(material.language !== null && { language: material.language }),
    ...(material.analysis !== null && { analysis: material.analysis }),
    createdAt: material.created_at.toISOString(),
  };
}
