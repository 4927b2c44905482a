import type { Config } from '@lectern/db/config';
import { cleanFileName } from '@lectern/db/materials/clean-file-name';
import { type Objects, ObjectTooLarge } from '@lectern/db/objects/objects';
import { courseImportKeyOf } from '@lectern/db/postgres/course-imports';
import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import { readForm } from '../materials/read-form.ts';
import { Problem } from '../problems/problem.ts';
import { readRawBody } from './read-raw-body.ts';

/** What one file may have; larger ones hold videos, and those are uploaded. */
export const mostImportBytes = 256 * 1024 * 1024;

export type ReceivedImport = {
  readonly objectKey: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly sha256: string;
};

export type ReceiveImportOptions = {
  readonly objects: Objects;
  readonly log: Pick<FastifyBaseLogger, 'warn'>;
  readonly config: Pick<Config, 'bodyTimeoutMs'>;
  readonly id: string;
  readonly userId: string;
};

/** Stores the one file of a request while it arrives; when it is refused, nothing stays of it. */
export async function receiveImport(
  request: FastifyRequest,
  options: ReceiveImportOptions,
): Promise<ReceivedImport> {
  const objectKey = courseImportKeyOf(options);
  try {
    return await store(request, { ...options, objectKey });
  } catch (error) {
    await removeImport(objectKey, options);
    throw error;
  }
}

export async function removeImport(
  objectKey: string,
  { objects, log }: Pick<ReceiveImportOptions, 'objects' | 'log'>,
): Promise<void> {
  await objects
    .remove(objectKey)
    .catch((error: unknown) =>
      log.warn({ objectKey, err: error }, 'left a file without a row; tidying up removes it'),
    );
}

async function store(
  request: FastifyRequest,
  { objects, config, objectKey }: ReceiveImportOptions & { readonly objectKey: string },
): Promise<ReceivedImport> {
  let received: ReceivedImport | undefined;
  for await (const { fileName, bytes } of readFiles(request, config)) {
    if (received !== undefined) throw tooMany();
    const written = await writeLimited(objects, objectKey, bytes);
    received = { ...written, objectKey, fileName: cleanFileName(fileName) };
  }
  if (received === undefined) throw missing();
  if (received.sizeBytes === 0) throw empty();
  return received;
}

type GivenFile = { readonly fileName: string; readonly bytes: AsyncIterable<Buffer> };

/** The files of a form; or the body itself, which has no name. */
async function* readFiles(
  request: FastifyRequest,
  config: Pick<Config, 'bodyTimeoutMs'>,
): AsyncGenerator<GivenFile, void, void> {
  if (!request.isMultipart()) {
    const isMarkdown = request.headers['content-type']?.toLowerCase().startsWith('text/') === true;
    const fileName = isMarkdown ? 'course.md' : 'course.json';
    yield { fileName, bytes: readRawBody(request, config) };
    return;
  }
  for await (const { fileName, bytes } of readForm(request, config)) {
    if (fileName !== undefined) yield { fileName, bytes };
  }
}

async function writeLimited(objects: Objects, key: string, bytes: AsyncIterable<Buffer>) {
  try {
    return await objects.write(key, bytes, { maxBytes: mostImportBytes });
  } catch (error) {
    throw error instanceof ObjectTooLarge ? tooLarge() : error;
  }
}

function missing(): Problem {
  const detail = 'Send one file, as a part of the form that has a file name.';
  return new Problem({ status: 422, code: 'file_missing', detail });
}

function tooMany(): Problem {
  const detail = 'Send one file at a time; each becomes an import of its own.';
  return new Problem({ status: 422, code: 'too_many_files', detail });
}

function empty(): Problem {
  return new Problem({ status: 422, code: 'file_empty', detail: 'The file has no content.' });
}

function tooLarge(): Problem {
  const detail = `The file is larger than the ${mostImportBytes} bytes that an import may have.`;
  return new Problem({ status: 413, code: 'file_too_large', detail });
}
