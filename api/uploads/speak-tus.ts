import type { Config } from '@lectern/db/config';
import { newId } from '@lectern/db/postgres/new-id';
import { Server } from '@tus/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem.ts';
import { receiveBody } from './receive-body.ts';
import type { UploadStore } from './upload-store.ts';

export const uploadsPath = '/v1/uploads';
export const tusVersion = '1.0.0';

export type TusOptions = {
  readonly config: Pick<Config, 'maxUploadBytes' | 'bodyTimeoutMs'>;
  readonly uploads: UploadStore;
  /** Of the upload that the request names. */
  readonly id?: string;
  /** Ends the request's body where it is. */
  readonly signal?: AbortSignal;
  /** Called when the last byte is kept; gives headers for the answer. */
  readonly onFinish: (id: string) => Promise<Record<string, string>>;
};

/** Lets the server of the protocol answer; what it refuses becomes a problem document. */
export async function speakTus(
  request: FastifyRequest,
  reply: FastifyReply,
  { config, uploads, id, signal, onFinish }: TusOptions,
): Promise<FastifyReply> {
  let failure: unknown;
  const server = new Server({
    path: uploadsPath,
    datastore: uploads,
    locker: uploads,
    relativeLocation: true,
    maxSize: config.maxUploadBytes,
    allowedOrigins: [],
    namingFunction: () => newId(),
    getFileIdFromRequest: () => id,
    onUploadFinish: async (_request, upload) => ({ headers: await onFinish(upload.id) }),
    onResponseError: (_request, error) => {
      failure = error;
      return undefined;
    },
  });
  const { body, stop } = receiveBody(request.raw, {
    pauseMs: config.bodyTimeoutMs,
    signal,
  });
  try {
    const response = await server.handleWeb(toWebRequest(request, body));
    if (response.status >= 400) throw toProblem(failure, response.status, await response.text());
    for (const [name, value] of response.headers) {
      if (!name.startsWith('access-control-')) reply.header(name, value);
    }
    return await reply.code(response.status).send();
  } finally {
    stop();
  }
}

function toWebRequest({ method, url, headers }: FastifyRequest, body: ReadableStream): Request {
  const given = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    // Its own ideas of what a proxy may say are not ours.
    if (typeof value === 'string' && !name.startsWith('x-forwarded-')) given.set(name, value);
  }
  const hasBody = method === 'POST' || method === 'PATCH';
  const sent = hasBody ? ({ body, duplex: 'half' } as const) : {};
  return new Request(new URL(url, 'http://localhost'), { method, headers: given, ...sent });
}

const codes: Readonly<Record<number, string>> = {
  403: 'invalid_request',
  404: 'not_found',
  409: 'offset_conflict',
  410: 'upload_expired',
  413: 'file_too_large',
  415: 'unsupported_media_type',
};

function toProblem(failure: unknown, status: number, words: string): unknown {
  if (failure instanceof Error && !('status_code' in failure)) return failure;
  if (status >= 500 && status !== 501) {
    return new Error(`the upload failed: ${words.trim()}`, { cause: failure });
  }
  // A header that is missing is no question of rights.
  const answered = status === 403 || status === 501 ? 400 : status;
  const code = codes[status] ?? 'invalid_request';
  return new Problem({ status: answered, code, detail: sentence(words) }, failure);
}

function sentence(words: string): string {
  const text = words.trim();
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
