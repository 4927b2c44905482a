import { fetchMaterial } from '@lectern/db/jobs/fetch';
import { headBytes, recogniseMedia } from '@lectern/db/materials/recognise-media';
import { isPacked, recogniseStored } from '@lectern/db/materials/recognise-stored';
import { ObjectTooLarge } from '@lectern/db/objects/objects';
import type { Store } from '@lectern/db/open';
import {
  type FetchedFile,
  findWanted,
  isPending,
  setFetched,
  type WantedFile,
} from '@lectern/db/postgres/fetched-materials';
import { listMaterialsByHash } from '@lectern/db/postgres/materials';
import { QuotaExceeded } from '@lectern/db/postgres/storage-use';
import { Cancel } from '@lectern/db/queue/outcomes';
import { defineWorker, type WorkerDefinition } from '../runtime/define-worker.ts';
import { explainFault, ServerAway } from './explain-fault.ts';
import { type Fetched, fetchPublic, type Rules } from './fetch-public.ts';
import { nameOfFetched } from './name-of-fetched.ts';
import { splitHead } from './split-head.ts';

/** Tests have a server on this machine, which nobody else may name. */
export function makeFetchWorker(rules?: Rules): WorkerDefinition {
  return defineWorker({
    name: 'fetch',
    job: fetchMaterial,
    concurrency: 4,
    handle: async ({ payload, run, store, signal, progress, log }) => {
      const wanted = await findWanted(store.postgres, payload.materialId);
      if (wanted?.source_url == null) {
        throw new Cancel('material_gone', 'The material was deleted.');
      }
      if (!isPending(wanted)) return undefined;
      const options = { signal, ...(rules !== undefined && { rules }) };
      const file = await fetchPublic(wanted.source_url, options)
        .then((fetched) => keepFile(store, { wanted, fetched, signal, progress }))
        .catch((error: unknown) => giveUp(error, run.attempts + 1));
      log.info(
        { bytes: file.sizeBytes, from: URL.parse(wanted.source_url)?.host },
        'fetched a file',
      );
      return async (tx) => {
        try {
          await setFetched(tx, wanted, { file, quotas: store.config });
        } catch (error) {
          if (error instanceof QuotaExceeded) await store.objects.remove(file.objectKey);
          throw error;
        }
      };
    },
  });
}

export const fetchWorker = makeFetchWorker();

/** Another's server is no matter of the operators: its owner hears why, and begins again when it is back. */
function giveUp(error: unknown, tries: number): never {
  const isLast = tries >= fetchMaterial.retry.attempts;
  if (!(error instanceof ServerAway) || !isLast) throw error;
  throw new Cancel(error.code, error.message, { cause: error });
}

type Keeping = {
  readonly wanted: WantedFile;
  readonly fetched: Fetched;
  readonly signal: AbortSignal;
  readonly progress: (fraction: number) => void;
};

async function keepFile(
  { objects, postgres, config }: Store,
  { wanted, fetched, signal, progress }: Keeping,
): Promise<FetchedFile> {
  const { body, sizeBytes: stated } = fetched;
  const mostBytes = config.maxUploadBytes;
  try {
    if (stated !== undefined && stated > mostBytes) throw tooLarge(mostBytes);
    const { head, whole } = await splitHead(body, headBytes);
    const fileName = nameOfFetched(fetched);
    if (head.length === 0) throw new Cancel('file_empty', `${fileName} has no content.`);
    const guess = recogniseMedia(head, fileName);
    if (guess === undefined && !isPacked(head)) throw unsupported(fetched.url.host);
    const folder = `materials/${wanted.course_id}/${wanted.id}`;
    const objectKey = `${folder}/original.${guess?.extension ?? 'bin'}`;
    const counted = countBytes(whole, (bytes) => stated && progress(bytes / stated));
    const written = await objects.write(objectKey, counted, { maxBytes: mostBytes, signal });
    const stored = { key: objectKey, sizeBytes: written.sizeBytes, head, fileName };
    const media = await recogniseStored(objects, stored);
    if (media === undefined) {
      await objects.remove(objectKey);
      throw unsupported(fetched.url.host);
    }
    const [known] = await listMaterialsByHash(postgres, wanted.course_id, [written.sha256]);
    if (known !== undefined && known.id !== wanted.id) {
      await objects.remove(objectKey);
      throw new Cancel(
        'already_here',
        `The course has this file already, as “${known.file_name}”.`,
      );
    }
    const { kind, mediaType } = media;
    return { fileName, kind, mediaType, objectKey, ...written };
  } catch (error) {
    if (error instanceof ObjectTooLarge) throw tooLarge(mostBytes);
    // The store has faults of its own.
    throw body.errored === null ? error : explainFault(body.errored, fetched.url);
  } finally {
    body.destroy();
  }
}

async function* countBytes(
  source: AsyncIterable<Buffer>,
  tell: (bytes: number) => void,
): AsyncGenerator<Buffer, void, void> {
  let bytes = 0;
  for await (const chunk of source) {
    yield chunk;
    bytes += chunk.length;
    tell(bytes);
  }
}

function tooLarge(mostBytes: number): Cancel {
  const megabytes = Math.floor(mostBytes / 1e6);
  return new Cancel(
    'file_too_large',
    `The file is larger than the ${megabytes} MB that a file may have.`,
  );
}

function unsupported(host: string): Cancel {
  return new Cancel(
    'unsupported_media',
    `What ${host} gave is none of the kinds of file that can be read. If it is a page about the file, give the address of the file itself.`,
  );
}
