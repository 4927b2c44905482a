import { Readable } from 'node:stream';
import type { Objects } from './objects.ts';

/** An object that is sealed as soon as there is a key, so that one look tells whether the key is there. */
export const sealMark = 'seal/mark';

/** What was sealed before there was a mark is looked for among so many. */
const mostLooked = 1_000;

type Sealed = {
  /** The store under the seal, and the end of a name in it that says that the object is sealed. */
  readonly inner: Objects;
  readonly suffix: string;
  /** Whether what is written is sealed. */
  readonly isSealing: boolean;
  /** Throws where an object's key is not known. */
  readonly open: (key: string) => Promise<unknown>;
  readonly write: Objects['write'];
};

/** Throws when something in the store is sealed and no key opens it: most of it would be read by nobody. */
export function makeSealCheck({ inner, suffix, isSealing, open, write }: Sealed) {
  const hasMark = async () => (await inner.stat(sealMark + suffix)) !== undefined;
  let hasLooked = false;

  async function openAny(): Promise<void> {
    let looked = 0;
    for await (const { key } of inner.list('')) {
      if (key.endsWith(suffix)) return void (await open(key.slice(0, -suffix.length)));
      if (++looked >= mostLooked) return;
    }
  }

  return async (): Promise<void> => {
    if (await hasMark()) return void (await open(sealMark));
    if (!hasLooked) await openAny();
    hasLooked = true;
    if (isSealing) await write(sealMark, Readable.from([Buffer.from('sealed')]));
  };
}
