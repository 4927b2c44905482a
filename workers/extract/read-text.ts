import { dirname } from 'node:path/posix';
import { Readable } from 'node:stream';
import { readCaptions } from '@lectern/db/captions/read-captions';
import { toPages } from '@lectern/db/captions/to-pages';
import { captionFormatOf } from '@lectern/db/materials/recognise-captions';
import type { Store } from '@lectern/db/open';
import type { MaterialSource } from '@lectern/db/postgres/material-source';
import { Cancel } from '@lectern/db/queue/outcomes';
import { decodeText } from './decode-text.ts';
import type { Findings } from './gather-findings.ts';
import { noteLostCharacters } from './note-lost-characters.ts';
import { readAtMost } from './read-at-most.ts';
import { readMarkdownFacts } from './read-markdown-facts.ts';
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
  const format = captionFormatOf(material.media_type);
  const isMarkdown = material.media_type === 'text/markdown';
  const pages =
    format === undefined
      ? splitPages(text, { hasHeadings: isMarkdown })
      : toPages(readCaptions(text, format).cues);
  await objects.write(
    `${dirname(material.object_key)}/processed.txt`,
    Readable.from([Buffer.from(text)]),
  );
  const loss = noteLostCharacters(bytes, text);
  const facts = isMarkdown ? readMarkdownFacts(text) : {};
  return { facts, pages, scans: [], losses: loss === undefined ? [] : [loss] };
}
