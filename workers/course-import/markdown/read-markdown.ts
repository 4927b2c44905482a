import type { GraphEdge, GraphNode } from '@lectern/db/graph/graph';
import type { ImportItem } from '@lectern/db/jobs/import-report';
import { lexer } from 'marked';
import { deriveId } from '@lectern/db/postgres/derive-id';
import type { CourseFile } from '../draft.ts';
import { type Fields, isWords, listOf, pick, textOf } from '../fields.ts';
import { makeDraft } from '../make-draft.ts';
import type { Given } from '../read-json-file.ts';
import { takeContent } from '../take-data.ts';
import { takeElements } from '../take-elements.ts';
import { takeTitle } from '../take-node-fields.ts';
import { readFrontMatter } from './front-matter.ts';
import { type OutlineEntry, readOutline } from './read-outline.ts';

/** A course as an outline that somebody wrote, or as our own export writes it. */
export function readMarkdown(text: string, { importId, fallbackTitle }: Given): CourseFile {
  const { fields, body } = readFrontMatter(text);
  const isExport = pick(fields, 'exportedAt') !== undefined;
  const outline = readOutline(lexer(body), { isExport });
  const id = deriveId(importId, 'course 0');
  const items: ImportItem[] = [];
  const nodes = takeElements('node', outline.entries, {
    items,
    take: (_fields, index) => takeEntry(outline.entries[index], { courseId: id, index }),
  });
  const edges = connect(nodes).map((edge, i) => ({ id: deriveId(id, `edge ${i}`), ...edge }));
  const changes: string[] = [];
  const course = {
    ...fields,
    title: outline.title === '' ? pick(fields, 'title') : outline.title,
    description: chooseDescription(pick(fields, 'description'), outline.description, changes),
  };
  const materials = listOf(fields['files'], 'files', changes).map(asFile);
  const parts = { course, graph: { nodes, edges }, materials, items, changes };
  return { format: 'markdown', drafts: [makeDraft({ id, fallbackTitle }, parts)], items: [] };
}

/** Beside the title each line counts, below it only words; and there it is where people write. */
function chooseDescription(stated: unknown, written: string, changes: string[]): unknown {
  const isSame = textOf(stated)?.trim().replace(/\s+/g, ' ') === written.replace(/\s+/g, ' ');
  if (isSame || written === '') return stated;
  if (isWords(stated)) changes.push('Its description is what stands below its title.');
  return written;
}

/** One that an export names. The text alone was brought, so that the report tells of its loss. */
function asFile(place: unknown): Fields {
  return { name: place };
}

/** Far enough apart that an editor shows all of them: sections to the left, lessons beside. */
const step = { x: 320, y: 140 } as const;

function takeEntry(
  entry: OutlineEntry | undefined,
  { courseId, index }: { readonly courseId: string; readonly index: number },
) {
  if (entry === undefined) return { leftOut: 'There is nothing of it.' };
  const changes: string[] = [];
  const { type, blocks } = entry;
  const content = takeContent({ type: 'doc', content: blocks }, changes);
  const title = takeTitle(entry.title, changes);
  const element: GraphNode = {
    id: deriveId(courseId, `node ${index}`),
    type,
    title,
    position: { x: type === 'section' ? 0 : step.x, y: index * step.y },
    data: {},
    ...(content !== undefined && { content }),
  };
  return { element, title, changes };
}

/** Lessons follow each other; a section leads to its first, and one without any is a step itself. */
function connect(nodes: readonly GraphNode[]): Omit<GraphEdge, 'id'>[] {
  const edges: Omit<GraphEdge, 'id'>[] = [];
  const link = (source: string, target: string) => edges.push({ type: 'next', source, target });
  let last: string | undefined;
  for (const [i, { id, type }] of nodes.entries()) {
    const next = nodes[i + 1];
    const opens = type === 'section' && next !== undefined && next.type !== 'section';
    if (opens) {
      link(id, next.id);
      continue;
    }
    if (last !== undefined) link(last, id);
    last = id;
  }
  return edges;
}
