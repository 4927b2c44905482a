import type { Store } from '@lectern/db/open';
import { deleteUpload, listUploadParts } from '@lectern/db/postgres/uploads';
import type { FastifyBaseLogger } from 'fastify';

type Place = Pick<Store, 'objects'> & { readonly log: Pick<FastifyBaseLogger, 'warn'> };

/** First the row: nobody goes on with what is half gone. */
export async function removeUpload(
  { postgres, objects, log }: Place & Pick<Store, 'postgres'>,
  id: string,
): Promise<void> {
  const parts = await listUploadParts(postgres, id);
  await deleteUpload(postgres, id);
  await dropPieces(
    { objects, log },
    parts.map(({ object_key: key }) => key),
  );
}

export async function dropPieces({ objects, log }: Place, keys: readonly string[]): Promise<void> {
  for (const key of keys) {
    await objects
      .remove(key)
      .catch((error: unknown) =>
        log.warn({ key, err: error }, 'left a piece of an upload; tidying up removes it'),
      );
  }
}
