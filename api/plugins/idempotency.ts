import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from '@lectern/db/open';
import type { Db } from '@lectern/db/postgres/connect';
import {
  type Answer,
  type Claim,
  claimKey,
  findFirstRequest,
  type Holding,
  keepHolding,
  releaseKey,
  saveAnswer,
} from '@lectern/db/postgres/idempotency';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { Problem } from '../problems/problem.ts';
import { isSafe } from './viewer.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The request or its answer holds a secret, of which nothing is kept: an `Idempotency-Key` does nothing. */
    takesNoKey?: boolean;
  }
  interface FastifyRequest {
    /** There while this request is the first with its key. */
    holding: Holding | undefined;
    /** An upload with a key that was answered before: to be given again if the files are the same. */
    answered: Answer | undefined;
    /** Of an upload's files, set by its route. */
    uploadHash: string | undefined;
  }
}

/** How long a twin waits for the first request's answer before it is sent away. */
const patienceMs = 2_000;
const heartbeatMs = 15_000;

/** `Idempotency-Key`: the same request again gets the first answer again, for 24 h, and does nothing. */
export function answerOnce(app: App, { postgres, log }: Pick<Store, 'postgres' | 'log'>): void {
  const hearts = new WeakMap<Holding, NodeJS.Timeout>();
  app.decorateRequest('holding', undefined);
  app.decorateRequest('answered', undefined);
  app.decorateRequest('uploadHash', undefined);

  app.addHook('preHandler', async (request, reply) => {
    const key = request.headers['idempotency-key'];
    const { takesNoKey = false } = request.routeOptions.config;
    if (typeof key !== 'string' || isSafe(request.method) || takesNoKey) return undefined;
    if (request.viewer === undefined) return undefined;
    const claim = { userId: request.viewer.id, key, requestHash: hashRequest(request) };
    const claimed = await claimOrFind(postgres, claim);
    if ('holder' in claimed) {
      request.holding = claimed;
      hearts.set(claimed, setInterval(() => void beat(claimed), heartbeatMs).unref());
      return undefined;
    }
    if (!isUpload(request)) return answerAgain(reply, claimed);
    request.answered = claimed;
    return undefined;
  });

  app.addHook('onSend', async (request, reply, payload) => {
    const { holding } = request;
    if (holding === undefined) return;
    request.holding = undefined;
    clearInterval(hearts.get(holding));
    try {
      await (isWorthKeeping(request, reply) && typeof payload === 'string'
        ? saveAnswer(postgres, holding, readAnswer(request, reply, payload))
        : releaseKey(postgres, holding));
    } catch (error) {
      // What was done is committed, and a repetition finds it by `resourceId` or by its bytes.
      log.warn({ requestId: request.id, err: error }, 'could not keep an answer for its key');
    }
  });

  async function beat(holding: Holding): Promise<void> {
    await keepHolding(postgres, holding).catch((error: unknown) =>
      log.debug({ err: error }, 'could not say that a request with a key still runs'),
    );
  }
}

/** The right to answer, or the first request's answer, for which a twin waits a little. */
async function claimOrFind(postgres: Db, claim: Claim): Promise<Holding | Answer> {
  const until = Date.now() + patienceMs;
  for (let pauseMs = 20; ; pauseMs *= 2) {
    const holding = await claimKey(postgres, claim);
    if (holding !== undefined) return holding;
    const first = await findFirstRequest(postgres, claim);
    if (first !== undefined && first.requestHash !== claim.requestHash) throw keyReused();
    if (first?.answer !== undefined) return first.answer;
    if (Date.now() > until) throw inProgress();
    await sleep(pauseMs);
  }
}

/** Gives the first answer once more; the reply is then sent. */
function answerAgain(reply: FastifyReply, { status, headers, body }: Answer): FastifyReply {
  return reply.code(status).headers(headers).header('idempotency-replayed', 'true').send(body);
}

/** The same, for a repeated upload, once its files are known. */
export function answerUploadAgain(
  reply: FastifyReply,
  answer: Answer,
  uploadHash: string,
): FastifyReply {
  if (answer.bodyHash !== uploadHash) throw keyReused();
  return answerAgain(reply, answer);
}

/** Its body goes to the object store unread. */
function isUpload({ headers, routeOptions }: FastifyRequest): boolean {
  if (routeOptions.config.limit === 'upload') return true;
  return headers['content-type']?.toLowerCase().startsWith('multipart/') === true;
}

/** A refused upload changed nothing and its files are not known in full: it is simply tried anew. */
function isWorthKeeping(request: FastifyRequest, { statusCode }: FastifyReply): boolean {
  if (isUpload(request)) return statusCode < 300 && request.uploadHash !== undefined;
  return statusCode < 500 && statusCode !== 408 && statusCode !== 429;
}

const keptHeaders = ['content-type', 'location', 'etag'] as const;

function readAnswer(request: FastifyRequest, reply: FastifyReply, body: string): Answer {
  const headers = Object.fromEntries(
    keptHeaders
      .map((name) => [name, reply.getHeader(name)] as const)
      .filter(
        (entry): entry is readonly [(typeof keptHeaders)[number], string] =>
          typeof entry[1] === 'string',
      ),
  );
  return { status: reply.statusCode, headers, body, bodyHash: request.uploadHash ?? null };
}

function hashRequest(request: FastifyRequest): string {
  const body = isUpload(request) ? '' : (JSON.stringify(request.body) ?? '');
  return createHash('sha256').update(`${request.method}\n${request.url}\n${body}`).digest('hex');
}

function keyReused(): Problem {
  return new Problem({
    status: 422,
    code: 'idempotency_key_reused',
    detail:
      'This Idempotency-Key came with another request before. Use a new key for a new request.',
  });
}

function inProgress(): Problem {
  return new Problem({
    status: 409,
    code: 'idempotency_in_progress',
    detail: 'The first request with this Idempotency-Key is not answered yet. Ask again soon.',
    headers: { 'retry-after': '1' },
  });
}
