import type { MediaInfo } from '@lectern/db/materials/media-info';
import { openReading } from '../sandbox/open-reading.ts';
import { mediaProbe } from './engines.ts';
import type { Waiting } from './waiting.ts';

/** What a recording is made of. Throws `Cancel` where nobody could play it. */
export async function probeMedia(path: string, { signal, asker }: Waiting): Promise<MediaInfo> {
  await using reading = await openReading(mediaProbe, { source: { path }, signal, asker });
  for await (const { info } of reading.messages) return info;
  throw new Error('ffprobe told nothing');
}
