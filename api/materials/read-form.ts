import { on } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { FastifyMultipartOptions, MultipartFile } from '@fastify/multipart';
import type { Config } from '@lectern/db/config';
import type { FastifyRequest } from 'fastify';
import { cutOff } from '../plugins/bodies.ts';
import { Problem } from '../problems/problem.ts';
import { watchPauses } from './watch-pauses.ts';

/** One part of a form. Its bytes have to be taken before the next part is asked for, or are skipped. */
export type Part = {
  readonly name: string;
  /** Undefined for a plain field, whose value nobody here needs. */
  readonly fileName: string | undefined;
  readonly bytes: AsyncIterable<Buffer>;
};

const mostFiles = 100;
const mostFields = 100;
const bufferBytes = 256 * 1024;

/** What a form may have, and how it is read. */
export function formOptions({
  maxUploadBytes,
}: Pick<Config, 'maxUploadBytes'>): FastifyMultipartOptions & { limits: { headerSize: number } } {
  return {
    limits: {
      // By the one byte more the store sees that a file is too large, while it arrives.
      fileSize: maxUploadBytes + 1,
      files: mostFiles,
      fields: mostFields,
      fieldSize: 64 * 1024,
      parts: mostFiles + mostFields,
      headerPairs: 50,
      headerSize: 16 * 1024,
    },
    throwFileSizeLimit: false,
    isPartAFile: (_name, _type, fileName) => fileName !== undefined,
    // Folders are cut off where names are cleaned.
    preservePath: true,
    // With the usual 64 kB the request would be stopped and started at each chunk.
    highWaterMark: bufferBytes,
    fileHwm: bufferBytes,
  };
}

/** The parts of a request's form, in order, as they arrive. A sender that pauses is given up. */
export async function* readForm(
  request: FastifyRequest,
  { bodyTimeoutMs }: Pick<Config, 'bodyTimeoutMs'>,
): AsyncGenerator<Part, void, void> {
  const { raw } = request;
  const pauses = watchPauses(raw, bodyTimeoutMs);
  const parts = request.parts();
  let file: MultipartFile['file'] | undefined;
  pauses.tooLong.catch((error: Error) => file?.destroy(error));
  try {
    while (true) {
      const { value: part, done } = await Promise.race([parts.next(), pauses.tooLong]);
      if (done === true) break;
      const name: unknown = part.fieldname;
      if (typeof name !== 'string') throw broken('a part does not say what it is called');
      if (part.type === 'field') {
        if (part.valueTruncated) throw broken(`the field ${quote(name)} is too long`);
        yield { name, fileName: undefined, bytes: nothing() };
        continue;
      }
      ({ file } = part);
      yield { name, fileName: unescape(part.filename), bytes: readFile(part.file, raw) };
      file.resume();
    }
    if (!pauses.hasBytes()) throw broken('it is empty');
  } catch (error) {
    throw describe(error, raw);
  } finally {
    pauses.stop();
    file?.destroy();
    // What is left of a refused form is nobody's here.
    raw.unpipe();
  }
}

/** As events: what a stream gives when it is iterated is copied together first. */
async function* readFile(
  file: MultipartFile['file'],
  raw: IncomingMessage,
): AsyncGenerator<Buffer, void, void> {
  const options = { close: ['end', 'close'], highWaterMark: 4, lowWaterMark: 1 };
  try {
    if (file.errored !== null) throw file.errored;
    if (file.destroyed) throw cutOff();
    for await (const [chunk] of on(file, 'data', options)) yield chunk;
    if (!file.readableEnded) throw cutOff();
  } catch (error) {
    throw describe(error, raw);
  }
}

async function* nothing(): AsyncGenerator<Buffer, void, void> {}

/** Browsers write a quote or a line end in a file's name as %22, %0D and %0A. */
function unescape(fileName: string): string {
  return fileName.replace(/%(22|0d|0a)/gi, (escaped) => decodeURIComponent(escaped));
}

function quote(name: string): string {
  return JSON.stringify(name.slice(0, 50));
}

function describe(error: unknown, { destroyed, readableEnded }: IncomingMessage): Problem {
  if (error instanceof Problem) return error;
  if (destroyed && !readableEnded) return cutOff();
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return broken(
    reasons.get(code) ?? 'it is cut off, or its boundary is not the one it names',
    error,
  );
}

const reasons: ReadonlyMap<unknown, string> = new Map([
  ['FST_PARTS_LIMIT', `it may have ${mostFiles + mostFields} parts`],
  ['FST_FILES_LIMIT', `it may have ${mostFiles} files; send the others in another`],
  ['FST_FIELDS_LIMIT', `it may have ${mostFields} fields`],
  ['FST_PROTO_VIOLATION', 'the name of a part is not allowed'],
  ['FST_INVALID_JSON_FIELD_ERROR', 'a field is not the JSON that it says it is'],
]);

function broken(reason: string, cause?: unknown): Problem {
  const detail = `The form cannot be read: ${reason}.`;
  return new Problem({ status: 400, code: 'invalid_multipart', detail }, cause);
}
