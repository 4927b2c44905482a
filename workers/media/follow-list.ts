import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Static } from 'typebox';
import type { Segment } from './conversion.ts';

type Followed = {
  readonly list: string;
  readonly output: number;
};

/** Gives what has come to a list of segments since it was last looked at. */
export function followList(folder: string, { list, output }: Followed) {
  let told = 0;
  return {
    async *next(): AsyncGenerator<Static<typeof Segment>, void, void> {
      const text = await readFile(join(folder, list), 'utf8').catch(() => '');
      // The last line may be half written.
      const lines = text.slice(told, text.lastIndexOf('\n') + 1);
      told += lines.length;
      for (const line of lines.split('\n').filter(Boolean)) {
        const [fileName = '', startS, endS] = line.split(',');
        yield { kind: 'segment', output, fileName, startS: Number(startS), endS: Number(endS) };
      }
    },
  };
}
