import { dirname } from 'node:path/posix';
import { Readable } from 'node:stream';
import type { Store } from '@lectern/db/open';
import type { MaterialSource } from '@lectern/db/postgres/material-source';
import { Cancel } from '@lectern/db/queue/outcomes';
import { decodeText } from './decode-text.ts';
import type { Findings } from './gather-findings.ts';
import { readAtMost } from './read-at-most.ts';
import { splitPages } from './split-pages.ts';

/** More text than any book has; what is larger is not text for reading. */
const mostBytes = 64 * 1024 * 1024;

/** Text is only decoded: there is nothing in it that could do harm. */
export async function readText(
  { objects }: Pick<Store, 'objects'>,
  { material, signal }: { readonly material: MaterialSource; readonly signal: AbortSignal },
): Promise<Findings> {
  const bytes = await readAtMost(await objects.read(material.object_key), mostBytes, signal);
  if (bytes === undefined) {
    const detail = 'This text is larger than 64 MB. Split it into several files.';
    throw new Cancel('text_too_large', detail);
  }
  const text = decodeText(bytes);
  const pages = splitPages(text, { hasHeadings: material.media_type === 'text/markdown' });
  await objects.write(
    `${dirname(material.object_key)}/processed.txt`,
    Readable.from([Buffer.from(text)]),
  );
  return { facts: {}, pages, scans: [], losses: [] };
}
