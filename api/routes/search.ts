import type { Store } from '@lectern/db/open';
import { html, renderHtml } from '@lectern/db/html';
import { hitEnd, hitStart, searchText, type TextHit } from '@lectern/db/postgres/search';
import { type Static, Type } from 'typebox';
import type { App } from '../app.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { defaultLimit, Id, PageQuery } from './shapes.ts';

const SearchQuery = Type.Object(
  {
    q: Type.String({ minLength: 1, maxLength: 1_000, description: 'words or a whole question' }),
    courseId: Type.Optional(Id),
    mode: Type.Optional(Type.Enum(['hybrid', 'text', 'semantic'])),
    limit: PageQuery.limit,
  },
  { additionalProperties: false },
);

const Hit = Type.Object({
  materialId: Type.Optional(Id),
  nodeId: Type.Optional(Type.String({ description: 'in place of `materialId`' })),
  courseId: Id,
  title: Type.String(),
  snippet: Type.String({ description: 'HTML; what was found is in `<mark>`' }),
  score: Type.Number(),
  page: Type.Optional(Type.Integer()),
  startTime: Type.Optional(Type.Number()),
  endTime: Type.Optional(Type.Number()),
  isDraft: Type.Optional(
    Type.Boolean({ description: 'a program wrote this text down that often mishears' }),
  ),
});

const Found = Type.Object({
  items: Type.Array(Hit),
  mode: Type.Enum(['hybrid', 'text', 'semantic'], { description: 'what was really used' }),
  tookMs: Type.Integer(),
});

export function routeSearch(app: App, { postgres }: Pick<Store, 'postgres'>): void {
  app.get(
    '/v1/search',
    {
      config: { access: 'material.read' },
      schema: {
        tags: ['Search'],
        summary: 'Search in the text of materials and nodes',
        description:
          'Only in what the asker may see. A hit has `materialId` or `nodeId`. Every mode is answered by full text search now.',
        querystring: SearchQuery,
        response: { 200: Found },
      },
    },
    async (request) => {
      const { q, courseId, limit = defaultLimit } = request.query;
      const startedMs = performance.now();
      const hits = await searchText(postgres, viewerOf(request), { text: q, courseId, limit });
      const tookMs = Math.round(performance.now() - startedMs);
      return { items: hits.map(describeHit), mode: 'text' as const, tookMs };
    },
  );
}

function describeHit({
  materialId,
  nodeId,
  place,
  score,
  excerpt,
  isDraft,
  ...hit
}: TextHit): Static<typeof Hit> {
  const { page, startTime, endTime } = place;
  return {
    ...(materialId !== null && { materialId }),
    ...(nodeId !== null && { nodeId }),
    ...hit,
    snippet: markHits(excerpt),
    score: Math.round(score * 10_000) / 10_000,
    ...(page !== undefined && { page }),
    ...(startTime !== undefined && { startTime }),
    ...(endTime !== undefined && { endTime }),
    ...(isDraft && { isDraft }),
  };
}

/** The text of a file is nobody's markup: it is escaped, and only what was found is marked. */
function markHits(excerpt: string): string {
  return renderHtml(html`${excerpt.replace(/\s+/g, ' ')}`)
    .replaceAll(hitStart, '<mark>')
    .replaceAll(hitEnd, '</mark>');
}
