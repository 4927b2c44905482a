import type { IncomingMessage } from 'node:http';
import type { Config } from '@lectern/db/config';
import type { FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { unreadable } from '../problems/describe-error.ts';
import { Problem, tooSlow } from '../problems/problem.ts';

/** JSON is the only kind of body there is, but where a route takes files. */
export function readBodies(app: App, config: Config): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    async (request: FastifyRequest, payload: IncomingMessage) => {
      if (!isUtf8(request.headers['content-type'])) throw otherCharset();
      const maxBodyBytes = request.routeOptions.bodyLimit ?? config.maxBodyBytes;
      const text = await readText(payload, { ...config, maxBodyBytes });
      // A request such as a logout may say what it would send and then send nothing.
      if (text === '') return undefined;
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      // It takes a callback and calls it before it returns.
      void parse(request, text, (error, parsed) => (error ? reject(error) : resolve(parsed)));
      const value = await promise;
      checkDepth(value);
      if (holdsUnreadable(text, value)) throw new Problem(unreadable);
      return value;
    },
  );
}

/** A body that says nothing of its charset is UTF-8, as JSON is. */
function isUtf8(contentType = ''): boolean {
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1];
  return charset === undefined || charset.toLowerCase() === 'utf-8';
}

function otherCharset(): Problem {
  const detail = 'Send JSON as UTF-8: `Content-Type: application/json`, without another charset.';
  return new Problem({ status: 415, code: 'unsupported_media_type', detail });
}

/** The whole body as text, within the limits of size and time. */
export async function readText(
  payload: IncomingMessage,
  { maxBodyBytes, bodyTimeoutMs }: Pick<Config, 'maxBodyBytes' | 'bodyTimeoutMs'>,
): Promise<string> {
  const bytes = await readBytes(payload, { mostBytes: maxBodyBytes, timeoutMs: bodyTimeoutMs });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Problem(unreadable, cause);
  }
}

function readBytes(
  payload: IncomingMessage,
  { mostBytes, timeoutMs }: { mostBytes: number; timeoutMs: number },
): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const chunks: Buffer[] = [];
  let size = 0;
  const onData = (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > mostBytes) reject(tooLarge(mostBytes));
  };
  const onEnd = () => resolve(Buffer.concat(chunks));
  const onClose = () => reject(cutOff());
  if (Number(payload.headers['content-length'] ?? 0) > mostBytes) reject(tooLarge(mostBytes));
  const timer = setTimeout(() => reject(tooSlow('The body took too long to arrive.')), timeoutMs);
  payload.on('data', onData).on('end', onEnd).on('error', onClose).on('close', onClose);
  return promise.finally(() => {
    clearTimeout(timer);
    payload.off('data', onData).off('end', onEnd).off('error', onClose).off('close', onClose);
    // The rest of a refused body may still break off; nobody is left to tell.
    payload.on('error', () => undefined);
  });
}

function tooLarge(mostBytes: number): Problem {
  const detail = `The body may have ${mostBytes} bytes. Files go to a course's materials.`;
  return new Problem({ status: 413, code: 'body_too_large', detail });
}

export function cutOff(): Problem {
  const detail = 'The connection ended before the request did.';
  return new Problem({ status: 400, code: 'invalid_request', detail });
}

/** NUL and half a surrogate pair come in JSON only as escapes; PostgreSQL keeps neither. */
function holdsUnreadable(text: string, value: unknown): boolean {
  return /\\u(0000|d[89a-f])/i.test(text) && isUnreadable(value);
}

/** Calls itself, so it comes after `checkDepth`. */
function isUnreadable(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0') || !value.isWellFormed();
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, inner]) => isUnreadable(name) || isUnreadable(inner));
}

const mostLevels = 100;

/** Checks, hashes and prints of a value call themselves for each level, and the stack has an end. */
function checkDepth(value: unknown): void {
  let level = [value].filter(isNest);
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > mostLevels) throw tooDeep();
    level = level.flatMap((nest) => Object.values(nest).filter(isNest));
  }
}

function isNest(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function tooDeep(): Problem {
  const detail = `Lists and objects may lie ${mostLevels} deep in each other. Send them flatter.`;
  return new Problem({ status: 400, code: 'too_deep', detail });
}
