import type { Page } from '@lectern/db/postgres/pages';

type ReadAfter = (number: number) => Promise<readonly Page[]>;

/** Pages one batch after the other, so that a book is never whole in memory. */
async function* streamPages(
  first: readonly Page[],
  readAfter: ReadAfter,
): AsyncGenerator<Page, void, void> {
  let batch = first;
  while (batch.length > 0) {
    yield* batch;
    batch = await readAfter(batch.at(-1)?.number ?? 0);
  }
}

export async function* streamPlainText(
  first: readonly Page[],
  readAfter: ReadAfter,
): AsyncGenerator<string, void, void> {
  let separator = '';
  for await (const { text } of streamPages(first, readAfter)) {
    yield separator + text;
    separator = '\n\n';
  }
}

/** `{"isDraft"?, "pieces": [{"text", "place"}]}` */
export async function* streamJsonPieces(
  first: readonly Page[],
  readAfter: ReadAfter,
  isDraft = false,
): AsyncGenerator<string, void, void> {
  const head = isDraft ? '{"isDraft":true,"pieces":[' : '{"pieces":[';
  let separator = head;
  for await (const { text, place } of streamPages(first, readAfter)) {
    yield separator + JSON.stringify({ text, place });
    separator = ',';
  }
  yield separator === ',' ? ']}' : `${head}]}`;
}
