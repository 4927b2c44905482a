import { setImmediate as breathe } from 'node:timers/promises';
import type { NodeWithText } from '@lectern/db/graph/settle-document';
import { type Chunk, listNodeChunks, type NodeChunks } from '@lectern/db/postgres/chunks';
import type { Db } from '@lectern/db/postgres/connect';
import { chunkText } from '../indexing/chunk-text.ts';
import { detectLanguage } from '../indexing/detect-language.ts';

const batch = 200;

/** The chunks of those nodes whose chunks are to be others than there are. */
export async function findChangedChunks(
  db: Db,
  { courseId, signal }: { readonly courseId: string; readonly signal: AbortSignal },
  nodes: readonly NodeWithText[],
): Promise<NodeChunks[]> {
  const changed: NodeChunks[] = [];
  for (let from = 0; from < nodes.length; from += batch) {
    const some = nodes.slice(from, from + batch);
    const ids = some.map(({ id }) => id);
    const stored = await listNodeChunks(db, courseId, ids);
    for (const { id: nodeId, text } of some) {
      signal.throwIfAborted();
      const chunks = cutText(text);
      if (!isSame(chunks, stored.get(nodeId) ?? [])) changed.push({ nodeId, chunks });
    }
    await breathe();
  }
  return changed;
}

function cutText(text: string): Chunk[] {
  return chunkText(text).map((piece) => ({
    text: piece,
    place: {},
    language: detectLanguage(piece),
  }));
}

type Piece = Pick<Chunk, 'text' | 'language'>;

function isSame(wanted: readonly Piece[], stored: readonly Piece[]): boolean {
  return (
    wanted.length === stored.length &&
    wanted.every(({ text, language }, i) => {
      const other = stored[i];
      return text === other?.text && language === other.language;
    })
  );
}
