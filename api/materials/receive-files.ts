import { type Objects, ObjectTooLarge } from '@lectern/db/objects/objects';
import { newId } from '@lectern/db/postgres/new-id';
import type { FastifyBaseLogger } from 'fastify';
import { Problem } from '../problems/problem.ts';
import { cleanFileName } from '@lectern/db/materials/clean-file-name';
import type { Part } from './read-form.ts';
import {
  headBytes,
  isMisnamedText,
  type Media,
  recogniseMedia,
} from '@lectern/db/materials/recognise-media';
import { isPacked, recogniseStored } from '@lectern/db/materials/recognise-stored';

/** A file that is whole in the object store and has no row yet. */
export type ReceivedFile = Media & {
  readonly materialId: string;
  readonly objectKey: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly sha256: string;
};

export type ReceiveOptions = {
  readonly objects: Objects;
  readonly log: Pick<FastifyBaseLogger, 'warn'>;
  readonly courseId: string;
  readonly mostBytes: number;
  /** The material that is to have the file in place of its own; else each file is to be a material. */
  readonly replaces?: string;
};

/** Stores every file of the form; when one is refused, or the sender breaks off, none stays. */
export async function receiveFiles(
  parts: AsyncIterable<Part>,
  options: ReceiveOptions,
): Promise<ReceivedFile[]> {
  const files: ReceivedFile[] = [];
  try {
    for await (const part of parts) {
      if (part.fileName === undefined) continue;
      files.push(await receiveFile(part, newId(), options));
    }
    if (files.length === 0) throw missing();
    return files;
  } catch (error) {
    await removeFiles(files, options);
    throw error;
  }
}

export async function removeFiles(
  files: readonly ReceivedFile[],
  { objects, log }: Pick<ReceiveOptions, 'objects' | 'log'>,
): Promise<void> {
  for (const { objectKey } of files) {
    await objects
      .remove(objectKey)
      .catch((error: unknown) =>
        log.warn({ objectKey, err: error }, 'left a file without a row; tidying up removes it'),
      );
  }
}

async function receiveFile(
  part: Part,
  materialId: string,
  { objects, courseId, mostBytes, replaces }: ReceiveOptions,
): Promise<ReceivedFile> {
  const fileName = cleanFileName(part.fileName ?? '');
  const bytes = part.bytes[Symbol.asyncIterator]();
  const head: Buffer[] = [];
  for (let size = 0; size < headBytes; size += head.at(-1)?.length ?? 0) {
    const { value, done } = await bytes.next();
    if (done === true) break;
    head.push(value);
  }
  if (head.length === 0) throw empty(fileName);
  const beginning = Buffer.concat(head).subarray(0, headBytes);
  const guess = guessMedia(beginning, fileName);
  // A file is never written over: what is made of it lies beside it.
  const folder = replaces === undefined ? materialId : `${replaces}/${materialId}`;
  const objectKey = `materials/${courseId}/${folder}/original.${guess?.extension ?? 'bin'}`;
  try {
    const written = await objects.write(objectKey, join(head, bytes), { maxBytes: mostBytes });
    const stored = { key: objectKey, sizeBytes: written.sizeBytes, head: beginning, fileName };
    const media = await recogniseStored(objects, stored);
    if (media !== undefined) return { ...media, ...written, materialId, objectKey, fileName };
  } catch (error) {
    if (error instanceof ObjectTooLarge) throw tooLarge(fileName, mostBytes);
    throw error;
  }
  await objects.remove(objectKey);
  throw unsupported(fileName);
}

/** What the file seems to be; of one that is packed nothing is known before all of it is there. */
export function guessMedia(head: Buffer, fileName: string): Media | undefined {
  const guess = recogniseMedia(head, fileName);
  if (isMisnamedText(head, fileName)) throw misnamed(fileName);
  if (guess === undefined && !isPacked(head)) throw unsupported(fileName);
  return guess;
}

async function* join(
  head: readonly Buffer[],
  rest: AsyncIterator<Buffer>,
): AsyncGenerator<Buffer, void, void> {
  yield* head;
  for (let step = await rest.next(); step.done !== true; step = await rest.next()) yield step.value;
}

function missing(): Problem {
  const detail = 'Send at least one file, as a part of the form that has a file name.';
  return new Problem({ status: 422, code: 'file_missing', detail });
}

export function empty(fileName: string): Problem {
  return new Problem({ status: 422, code: 'file_empty', detail: `${fileName} has no content.` });
}

function unsupported(fileName: string): Problem {
  const detail = `${fileName} is none of what can be read now: ${readable}.`;
  return new Problem({ status: 415, code: 'unsupported_media', detail });
}

function misnamed(fileName: string): Problem {
  const detail = `${fileName} holds text, and its name says that it is something else. Give it a name that ends in .txt, or choose the file that was meant.`;
  return new Problem({ status: 415, code: 'unsupported_media', detail });
}

const readable =
  'plain text, Markdown, PDF, Word, PowerPoint, JPEG, PNG, GIF and WebP pictures, MP4, QuickTime, WebM, Matroska and AVI video, and MP3, WAV, M4A, Ogg and FLAC sound';

export function tooLarge(fileName: string, mostBytes: number): Problem {
  const detail = `${fileName} is larger than the ${mostBytes} bytes that a file may have.`;
  return new Problem({ status: 413, code: 'file_too_large', detail });
}
