import { Worker } from 'node:worker_threads';
import type { Log } from '../log.ts';
import type { Answer, CatchUp, CourseTask, OwnTask } from './document-tasks.ts';

/** A document that could not be opened or changed within bounds. */
export class DocumentFailed extends Error {
  override readonly name = 'DocumentFailed';
}

export type DocumentThread = {
  ask(
    request: { readonly catchUp: CatchUp; readonly task: CourseTask } | { readonly task: OwnTask },
    limitMs: number,
  ): Promise<Answer>;
  forget(courseId: string): void;
  close(): Promise<void>;
};

/** Documents of 10,000 levels are walked by functions that call themselves. */
const stackSizeMb = 64;
const maxOldGenerationSizeMb = 1_024;

type Waiting = {
  resolve(answer: Answer): void;
  reject(error: Error): void;
};

/** A thread that starts at its first use, and again when it was lost. `onLost`: what it kept is gone. */
export function startDocumentThread(log: Log, onLost: () => void): DocumentThread {
  const waiting = new Map<number, Waiting>();
  let worker: Worker | undefined;
  let lastId = 0;

  const lose = (lost: Worker, reason: string) => {
    if (worker !== lost) return;
    worker = undefined;
    onLost();
    for (const { reject } of waiting.values()) reject(new DocumentFailed(reason));
    waiting.clear();
    void lost.terminate();
  };

  const start = (): Worker => {
    const started = new Worker(new URL('documents-thread.ts', import.meta.url), {
      resourceLimits: { stackSizeMb, maxOldGenerationSizeMb },
      // No setting and no secret is needed there.
      env: {},
    });
    started.on('message', (answer: Answer) => waiting.get(answer.id)?.resolve(answer));
    started.on('error', (error) => {
      log.error({ err: error }, 'the thread that opens documents ended');
      lose(started, 'the thread that opens documents ended');
    });
    started.on('exit', () => lose(started, 'the thread that opens documents ended'));
    // It holds nothing that is not in the database.
    started.unref();
    return started;
  };

  return {
    async ask(request, limitMs) {
      worker ??= start();
      const asked = worker;
      const id = ++lastId;
      const { promise, resolve, reject } = Promise.withResolvers<Answer>();
      const timer = setTimeout(() => {
        log.error({ task: request.task.kind, limitMs }, 'a document took too long');
        lose(asked, `the document took longer than ${limitMs} ms`);
      }, limitMs);
      waiting.set(id, { resolve, reject });
      try {
        asked.postMessage({ id, ...request });
        const answer = await promise;
        if (answer.error !== undefined) throw new DocumentFailed(answer.error);
        return answer;
      } finally {
        clearTimeout(timer);
        waiting.delete(id);
      }
    },
    forget(courseId) {
      worker?.postMessage({ forget: courseId });
    },
    async close() {
      const running = worker;
      worker = undefined;
      for (const { reject } of waiting.values()) reject(new DocumentFailed('it is closed'));
      waiting.clear();
      await running?.terminate();
    },
  };
}
