import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker as Thread } from 'node:worker_threads';
import { createWorker, OEM, PSM } from 'tesseract.js';
import type { Tessdata } from './find-tessdata.ts';

/** How text is looked for: as on a page, or as words that stand anywhere. */
export type Layout = 'page' | 'sparse';

export type Order = {
  readonly image: Uint8Array;
  readonly layout: Layout;
};

/** One tesseract in a thread of its own. */
export type Reader = {
  /** What was recognised, as tesseract's table of blocks, paragraphs, lines and words. */
  read(order: Order): Promise<string>;
  /** An idle reader does not keep its process alive. */
  rest(): void;
  close(): Promise<void>;
};

const startMs = 60_000;

export async function openReader({ folder, languages }: Tessdata): Promise<Reader> {
  const death = Promise.withResolvers<never>();
  death.promise.catch(() => undefined);
  const fail = (error: unknown) => death.reject(toError(error));
  const started = createWorker([...languages], OEM.LSTM_ONLY, {
    langPath: folder,
    gzip: false,
    cacheMethod: 'none',
    workerPath: fileURLToPath(new URL('reader-thread.ts', import.meta.url)),
    errorHandler: fail,
  });
  const timer = setTimeout(() => fail(`did not start within ${startMs / 1_000} s`), startMs);
  const worker = await Promise.race([started, death.promise]).finally(() => clearTimeout(timer));
  const thread = 'worker' in worker && worker.worker instanceof Thread ? worker.worker : undefined;
  thread?.on('error', fail).on('exit', (code) => fail(`ended with ${code}`));

  let isClosed = false;
  let now: Layout | undefined;

  async function recognise({ image, layout }: Order): Promise<string> {
    if (layout !== now) {
      const mode = layout === 'page' ? PSM.AUTO : PSM.SPARSE_TEXT;
      await worker.setParameters({ tessedit_pageseg_mode: mode });
      now = layout;
    }
    if (isClosed) throw new Error('the reader was closed');
    // Nothing but the table is asked for: each further form is written and carried over at a cost.
    const { data } = await worker.recognize(
      Buffer.from(image.buffer, image.byteOffset, image.length),
      {},
      { text: false, tsv: true },
    );
    return data.tsv ?? '';
  }

  return {
    read: (order) => {
      thread?.ref();
      return Promise.race([recognise(order), death.promise]);
    },
    rest: () => thread?.unref(),
    close: async () => {
      isClosed = true;
      // What was just asked for is under way by then: tesseract.js asks nothing of a thread that is gone.
      await setImmediate();
      await worker.terminate();
    },
  };
}

function toError(error: unknown): Error {
  return error instanceof Error
    ? error
    : new Error(`a reader of pictures failed: ${String(error)}`);
}
