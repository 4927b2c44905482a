import { readFile } from 'node:fs/promises';
import type { Store } from '@lectern/db/open';
import type { MaterialSource } from '@lectern/db/postgres/material-source';
import { openReading } from '../sandbox/open-reading.ts';
import { mediaExtraction } from './engines.ts';
import { openSource } from './open-source.ts';
import { safeInput } from './safe-input.ts';
import type { Waiting } from './waiting.ts';

/** The words of a stream of subtitles, as WebVTT. */
export async function readSubtitles(
  { objects }: Pick<Store, 'objects'>,
  { object_key: key }: Pick<MaterialSource, 'object_key'>,
  { stream, ...waiting }: Waiting & { readonly stream: number },
): Promise<string> {
  await using source = await openSource(objects, key, waiting.signal);
  const name = 'words.vtt';
  const options = ['-map', `0:${stream}`, '-c:s', 'webvtt', '-f', 'webvtt'];
  const ask = { input: safeInput, outputs: [{ name, options }] };
  const { path } = source;
  await using reading = await openReading(mediaExtraction, { source: { path }, ...waiting, ask });
  for await (const _segment of reading.messages);
  return await readFile(reading.pathOf(name), 'utf8');
}
