import { extname } from 'node:path';
import { dirname } from 'node:path/posix';
import { Readable } from 'node:stream';
import type { Store } from '@lectern/db/open';
import type { MaterialSource } from '@lectern/db/postgres/material-source';
import type { Engine } from '../sandbox/define-engine.ts';
import { openReading } from '../sandbox/open-reading.ts';
import { readWhenAsked } from '../sandbox/read-when-asked.ts';
import type { Found } from './found.ts';
import { type Findings, gatherFindings } from './gather-findings.ts';

type Options = {
  readonly engine: Engine<Found>;
  readonly material: MaterialSource;
  /** Whose turn it has to be. */
  readonly asker: string;
  readonly signal: AbortSignal;
  readonly progress: (fraction: number) => void;
};

/** Opens a document where it can do no harm, and keeps its text and pictures beside it. */
export async function readDocument(
  { objects }: Pick<Store, 'objects'>,
  { engine, material, asker, signal, progress }: Options,
): Promise<Findings> {
  const folder = dirname(material.object_key);
  const source = readWhenAsked(objects, material.object_key);
  await using reading = await openReading(engine, { source, signal, asker });
  const findings = await gatherFindings({
    found: reading.messages,
    progress,
    keepPicture: async ({ fileName }, number) => {
      const key = `${folder}/pictures/${number}${extname(fileName)}`;
      await objects.write(key, reading.read(fileName));
      return key;
    },
  });
  const text = findings.pages.map((page) => page.text).join('\n\n');
  await objects.write(`${folder}/processed.txt`, Readable.from([Buffer.from(text)]));
  return findings;
}
