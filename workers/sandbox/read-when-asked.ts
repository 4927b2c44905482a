import type { Objects } from '@lectern/db/objects/objects';

/** An object that is opened when somebody begins to read, so that those who wait hold nothing. */
export async function* readWhenAsked(
  objects: Pick<Objects, 'read'>,
  key: string,
): AsyncGenerator<Uint8Array, void, void> {
  const bytes: AsyncIterable<Uint8Array> = await objects.read(key);
  yield* bytes;
}
