import type { Log } from '../log.ts';
import type { Db } from '../postgres/connect.ts';
import { loadDocument } from '../postgres/documents.ts';
import type { CourseTask, CourseTaskKind, CourseTasks } from './document-tasks.ts';
import { DocumentFailed, startDocumentThread } from './document-thread.ts';
import type { Graph } from './graph.ts';
import type { UpdateFacts } from './read-update.ts';
import type { Settlement, Unsettled } from './settle-document.ts';

type TaskOf<K extends CourseTaskKind> = Extract<CourseTask, { readonly kind: K }>;

export type InCourse<K extends CourseTaskKind> = {
  readonly result: CourseTasks[K]['result'];
  /** The version of the document that the result is of. */
  readonly version: number;
};

/** The document of one course, while nobody else of this process works on it. */
export type HeldDocument = {
  /** Does it on the document as the database has it now; undefined when there is no course. */
  ask<K extends CourseTaskKind>(db: Db, task: TaskOf<K>): Promise<InCourse<K> | undefined>;
};

/** Documents of courses, opened in a thread of their own and kept there for some time. */
export type Documents = {
  /**
   * Holds a course's document while `act` runs. When it fails, what it did to the document is
   * forgotten: only what is committed may be seen.
   */
  hold<T>(courseId: string, act: (document: HeldDocument) => Promise<T>): Promise<T>;
  settle(unsettled: Unsettled): Promise<Settlement>;
  /** A new document that says this. */
  build(graph: Graph): Promise<Uint8Array>;
  /** What an update brings; for those that take long to read. */
  readFacts(update: Uint8Array): Promise<UpdateFacts>;
  /** What of a state is missing where that is known which a state vector says. */
  diffState(state: Uint8Array, stateVector: Uint8Array): Promise<Uint8Array>;
  /** What became of a graph; both and the answer are JSON. */
  diff(graphs: { readonly before: string; readonly after: string }): Promise<string>;
  close(): Promise<void>;
};

const taskLimitMs = 15_000;
const longTaskLimitMs = 120_000;
/** Requests that wait for the same document; more are told that it is busy. */
const mostWaiting = 200;

export class DocumentBusy extends Error {
  override readonly name = 'DocumentBusy';
}

export function openDocuments(log: Log): Documents {
  const known = new Map<string, number>();
  const thread = startDocumentThread(log, () => known.clear());
  const queues = new Map<string, { waiting: number; last: Promise<unknown> }>();

  const forget = (courseId: string) => {
    known.delete(courseId);
    thread.forget(courseId);
  };

  async function ask<K extends CourseTaskKind>(
    db: Db,
    courseId: string,
    task: TaskOf<K>,
  ): Promise<InCourse<K> | undefined> {
    for (let attempt = 0; attempt < 2; attempt++) {
      const catchUp = await loadDocument(db, courseId, known.get(courseId) ?? -1);
      if (catchUp === undefined) return undefined;
      const answer = await thread.ask({ catchUp, task }, taskLimitMs);
      if (answer.needsState === true) {
        known.delete(courseId);
        continue;
      }
      const version = answer.version ?? 0;
      remember(courseId, version);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the thread answers what is asked
      return { result: answer.result as CourseTasks[K]['result'], version };
    }
    throw new DocumentFailed(`the document of course ${courseId} could not be opened`);
  }

  function remember(courseId: string, version: number): void {
    known.delete(courseId);
    known.set(courseId, version);
    for (const oldest of known.keys()) {
      if (known.size <= 100) break;
      known.delete(oldest);
    }
  }

  return {
    async hold(courseId, act) {
      const queue = queues.get(courseId) ?? { waiting: 0, last: Promise.resolve() };
      if (queue.waiting >= mostWaiting) throw new DocumentBusy('too many wait for this course');
      queues.set(courseId, queue);
      queue.waiting++;
      const run = queue.last.then(() =>
        act({
          ask: <K extends CourseTaskKind>(db: Db, task: TaskOf<K>) => ask<K>(db, courseId, task),
        }),
      );
      queue.last = run.catch(() => forget(courseId));
      try {
        return await run;
      } finally {
        queue.waiting--;
        if (queue.waiting === 0) queues.delete(courseId);
      }
    },
    async settle(unsettled) {
      const answer = await thread.ask({ task: { kind: 'settle', unsettled } }, longTaskLimitMs);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the thread answers what is asked
      return answer.result as Settlement;
    },
    async build(graph) {
      const answer = await thread.ask({ task: { kind: 'build', graph } }, taskLimitMs);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the thread answers what is asked
      return answer.result as Uint8Array;
    },
    async readFacts(update) {
      const answer = await thread.ask({ task: { kind: 'facts', update } }, taskLimitMs);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the thread answers what is asked
      return answer.result as UpdateFacts;
    },
    async diffState(state, stateVector) {
      const task = { kind: 'diff-state', state, stateVector } as const;
      const answer = await thread.ask({ task }, taskLimitMs);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the thread answers what is asked
      return answer.result as Uint8Array;
    },
    async diff(graphs) {
      const answer = await thread.ask({ task: { kind: 'diff', ...graphs } }, taskLimitMs);
      return String(answer.result);
    },
    close: () => thread.close(),
  };
}
