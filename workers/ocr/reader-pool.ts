import type { Tessdata } from './find-tessdata.ts';
import { openReader, type Order, type Reader } from './open-reader.ts';
import { processorTurns } from '../runtime/processor-turns.ts';
import { takeTurns, type Turn } from '../runtime/take-turns.ts';

export type Ask = Order & {
  /** Whose picture it is: those who ask for many leave turns to the others. */
  readonly asker: string;
  readonly signal: AbortSignal;
};

/** Readers that are started when first needed and kept warm. */
export type ReaderPool = {
  readonly size: number;
  /** As many pictures are read at a time as there are readers; the others wait for their turn. */
  read(ask: Ask): Promise<{ readonly table: string; readonly ms: number }>;
  close(): Promise<void>;
};

/** One picture cannot be read; others can. The message is for the owner of the file. */
export class PictureFailed extends Error {
  override readonly name = 'PictureFailed';
  readonly code: 'ocr_takes_too_long' | 'ocr_failed';

  constructor(code: PictureFailed['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

type Warm = { readonly reader: Reader; pictures: number; bytes: number };

/** The memory of a reader grows with what it reads and never shrinks: then another takes its place. */
const mostPictures = 100;
const mostBytes = 500e6;
/** Readers that nobody needed for so long give their memory back. */
const idleMs = 5 * 60_000;

export function openReaderPool(
  data: Tessdata,
  { size, limitMs = 120_000 }: { size: number; limitMs?: number },
): ReaderPool {
  const turns = takeTurns({ places: size });
  const idle: Warm[] = [];
  let idleTimer: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function closeIdle(): Promise<void> {
    await Promise.all(idle.splice(0).map(({ reader }) => reader.close()));
  }

  async function giveBack(warm: Warm): Promise<void> {
    warm.reader.rest();
    if (isClosed || warm.pictures >= mostPictures || warm.bytes >= mostBytes) {
      return await warm.reader.close();
    }
    idle.push(warm);
    clearTimeout(idleTimer);
    idleTimer = setTimeout(() => void closeIdle(), idleMs).unref();
  }

  async function readWith(warm: Warm, { signal, ...order }: Ask): Promise<string> {
    const ended = Promise.withResolvers<never>();
    const onAbort = () => ended.reject(signal.reason);
    if (signal.aborted) onAbort();
    const timer = setTimeout(() => {
      const message = `Reading it took longer than ${limitMs / 1_000} s, as pictures without letters may.`;
      ended.reject(new PictureFailed('ocr_takes_too_long', message));
    }, limitMs);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([warm.reader.read(order), ended.promise]);
    } catch (cause) {
      if (signal.aborted || cause instanceof PictureFailed) throw cause;
      throw new PictureFailed('ocr_failed', 'Reading it failed, as damaged pictures may.', {
        cause,
      });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
  }

  return {
    size,
    read: async (ask) => {
      const turn = await turns.enter(ask.asker, ask);
      let core: Turn | undefined;
      try {
        core = await processorTurns.enter(ask.asker, { signal: ask.signal, isLong: true });
        ask.signal.throwIfAborted();
        const warm = idle.pop() ?? { reader: await openReader(data), pictures: 0, bytes: 0 };
        try {
          const startedAt = performance.now();
          const table = await readWith(warm, ask);
          const ms = performance.now() - startedAt;
          warm.pictures++;
          warm.bytes += ask.image.length;
          await giveBack(warm);
          return { table, ms };
        } catch (error) {
          // It may still be at work, or dead; another one is started for the next picture.
          await warm.reader.close();
          throw error;
        }
      } finally {
        core?.leave();
        turn.leave();
      }
    },
    close: async () => {
      isClosed = true;
      clearTimeout(idleTimer);
      await closeIdle();
    },
  };
}
