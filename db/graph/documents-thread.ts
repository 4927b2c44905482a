import { parentPort } from 'node:worker_threads';
import * as Y from 'yjs';
import { newId } from '../postgres/new-id.ts';
import type { Answer, CatchUp, CourseTask, OwnTask, Request } from './document-tasks.ts';
import { diffGraphs } from './diff-graphs.ts';
import type { Graph } from './graph.ts';
import { KeptDocument } from './kept-document.ts';
import { readUpdate } from './read-update.ts';
import { rewriteGraph } from './rewrite-graph.ts';
import { settleDocument } from './settle-document.ts';

// Opens documents, apart from the event loop that answers people: to open a large one takes a tenth of
// a second, and one that somebody made to hurt may do worse.

const mostKept = 16;
const mostKeptBytes = 32 * 1024 * 1024;

const kept = new Map<string, KeptDocument>();

parentPort?.on('message', (request: Request) => {
  if ('forget' in request) kept.delete(request.forget);
  else parentPort?.postMessage(answer(request));
});

function answer(request: Exclude<Request, { forget: string }>): Answer {
  const { id } = request;
  try {
    if (!('catchUp' in request)) return { id, result: doOwn(request.task) };
    const document = open(request.catchUp);
    if (document === undefined) return { id, needsState: true };
    const result = doInCourse(document, request.task);
    return { id, result, version: document.version };
  } catch (error) {
    // Whatever it did half is not kept.
    if ('catchUp' in request) kept.delete(request.catchUp.courseId);
    return {
      id,
      error: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    };
  }
}

function open({ courseId, state, stateVersion, updates }: CatchUp): KeptDocument | undefined {
  const known =
    state === undefined ? kept.get(courseId) : new KeptDocument({ state, stateVersion });
  if (known === undefined) return undefined;
  known.catchUp({ updates });
  kept.delete(courseId);
  kept.set(courseId, known);
  let bytes = 0;
  for (const { sizeBytes } of kept.values()) bytes += sizeBytes;
  for (const [oldest, { sizeBytes }] of kept) {
    if (oldest === courseId || (kept.size <= mostKept && bytes <= mostKeptBytes)) break;
    kept.delete(oldest);
    bytes -= sizeBytes;
  }
  return known;
}

function doInCourse(document: KeptDocument, task: CourseTask): unknown {
  switch (task.kind) {
    case 'read':
      return document.read(task);
    case 'check':
      return document.check();
    case 'has-answers':
      return document.hasAnswers();
    case 'edit':
      return document.edit(task, newId);
    case 'rewrite':
      return document.rewrite(task.graph);
    case 'copy':
      return build(document.copy(task.renamed));
    case 'diff':
      return diffTexts({ before: task.before, after: document.read({ hideAnswers: false }) });
  }
}

function doOwn(task: OwnTask): unknown {
  if (task.kind === 'settle') return settleDocument(task.unsettled);
  if (task.kind === 'diff') return diffTexts(task);
  if (task.kind === 'facts') return readUpdate(task.update);
  if (task.kind === 'diff-state') return Y.diffUpdate(task.state, task.stateVector);
  return build(task.graph);
}

function build(graph: Graph): Uint8Array {
  const doc = new Y.Doc();
  rewriteGraph(doc, graph);
  return Y.encodeStateAsUpdate(doc);
}

function diffTexts(texts: { readonly before: string; readonly after: string }): string {
  const before: Graph = JSON.parse(texts.before);
  const after: Graph = JSON.parse(texts.after);
  return JSON.stringify(diffGraphs(before, after));
}
