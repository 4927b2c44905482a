import { Problem } from '../problems/problem.ts';
import { parsePartHeaders } from './part-headers.ts';

/** One part of a form. Its bytes have to be taken before the next part is asked for, or are skipped. */
export type Part = {
  readonly name: string;
  /** Undefined for a plain field. */
  readonly fileName: string | undefined;
  readonly bytes: AsyncIterable<Buffer>;
};

const mostHeaderBytes = 16 * 1024;
const mostParts = 1_000;
const none = Buffer.alloc(0);

/** The parts of a `multipart/form-data` body, in order, as they arrive; bytes are handed on uncopied. */
export async function* readMultipart(
  source: AsyncIterable<Buffer>,
  boundary: string,
): AsyncGenerator<Part, void, void> {
  const chunks = source[Symbol.asyncIterator]();
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first delimiter has no line end before it.
  let rest: Buffer = Buffer.from('\r\n');

  async function readMore(): Promise<void> {
    const { value, done } = await chunks.next();
    if (done === true) throw broken('it ends before its last boundary');
    rest = rest.length === 0 ? value : Buffer.concat([rest, value]);
  }

  async function readUntil(mark: Buffer, mostBytes: number): Promise<Buffer> {
    let at = rest.indexOf(mark);
    while (at < 0) {
      if (rest.length > mostBytes) throw broken('the headers of a part are too long');
      await readMore();
      at = rest.indexOf(mark);
    }
    const found = rest.subarray(0, at);
    rest = rest.subarray(at + mark.length);
    return found;
  }

  async function* readContent(): AsyncGenerator<Buffer, void, void> {
    while (true) {
      const at = rest.indexOf(delimiter);
      const ready = rest.subarray(0, at < 0 ? countSafe(rest, delimiter) : at);
      rest = rest.subarray(at < 0 ? ready.length : at + delimiter.length);
      if (ready.length > 0) yield ready;
      if (at >= 0) return;
      await readMore();
    }
  }

  /** After a boundary: true when a part follows, false at the end of the form. */
  async function hasPart(): Promise<boolean> {
    while (rest.length < 2) await readMore();
    if (rest.subarray(0, 2).equals(dashes)) return false;
    const padding = await readUntil(lineEnd, mostHeaderBytes);
    if (padding.toString('latin1').trim() !== '')
      throw broken('a boundary is not alone in its line');
    return true;
  }

  await drain(readContent());
  for (let count = 0; await hasPart(); count++) {
    if (count >= mostParts) throw broken(`it has more than ${mostParts} parts`);
    // A part without any headers begins with the empty line.
    rest = Buffer.concat([lineEnd, rest]);
    const headers = parsePartHeaders(await readUntil(blankLine, mostHeaderBytes));
    if (headers === undefined) throw broken('a part does not say what it is called');
    const bytes = readContent();
    yield { ...headers, bytes };
    await drain(bytes);
  }
  rest = none;
  // What follows the last boundary means nothing, but the connection can be used again after it.
  for (let step = await chunks.next(); step.done !== true;) step = await chunks.next();
}

const dashes = Buffer.from('--');
const lineEnd = Buffer.from('\r\n');
const blankLine = Buffer.from('\r\n\r\n');

/** How many bytes cannot be the beginning of a delimiter whose end has not arrived. */
function countSafe(bytes: Buffer, delimiter: Buffer): number {
  let at = Math.max(0, bytes.length - delimiter.length + 1);
  for (at = bytes.indexOf(13, at); at >= 0; at = bytes.indexOf(13, at + 1)) {
    const tail = bytes.length - at;
    if (bytes.compare(delimiter, 0, tail, at, bytes.length) === 0) return at;
  }
  return bytes.length;
}

async function drain(bytes: AsyncGenerator<Buffer, void, void>): Promise<void> {
  for (let step = await bytes.next(); step.done !== true;) step = await bytes.next();
}

/** The boundary that a content type names; undefined when the body is no form with files. */
export function findBoundary(contentType: string | undefined): string | undefined {
  if (!/^multipart\/form-data\s*(;|$)/i.test(contentType ?? '')) return undefined;
  const match = /;\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))\s*(?:;|$)/i.exec(
    contentType ?? '',
  );
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) throw broken('its content type names no boundary');
  return boundary;
}

export function broken(reason: string): Problem {
  const detail = `The form cannot be read: ${reason}.`;
  return new Problem({ status: 400, code: 'invalid_multipart', detail });
}
