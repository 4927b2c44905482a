import {
  comesFromElsewhere,
  type Credential,
  hasCsrfToken,
  readCredential,
} from '@lectern/db/access/credentials';
import { mayBegin, type Permission } from '@lectern/db/access/permissions';
import type { Viewer } from '@lectern/db/access/viewer';
import type { Store } from '@lectern/db/open';
import { writeAudit } from '@lectern/db/postgres/audit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { databaseAway, type Problem, sendProblem } from './problem.ts';

const unauthenticated: Problem = {
  status: 401,
  code: 'unauthenticated',
  title: 'Login needed',
  detail: 'Log in, or send the token of a login as `Authorization: Bearer …`.',
};
const forbidden: Problem = {
  status: 403,
  code: 'forbidden',
  title: 'Not allowed',
  detail: 'This part is for operators and admins. Ask an admin of this installation for the role.',
};
const csrfFailed: Problem = {
  status: 403,
  code: 'csrf_failed',
  title: 'Not sent by a page of this site',
  detail:
    'A change with the login cookie needs the value of the cookie XSRF-TOKEN in the header X-XSRF-TOKEN, from a page of this site. Programs send a token instead.',
};

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A hook that lets operators and admins pass and answers everybody else. */
export function admitOperators(store: Pick<Store, 'postgres' | 'access' | 'log'>) {
  return async (
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply | undefined> => {
    try {
      return await admit(store, request, reply);
    } catch (error) {
      store.log.warn(
        { requestId: request.id, err: error },
        'cannot check who asks for the operations pages',
      );
      return sendProblem(request, reply.header('retry-after', 5), databaseAway);
    }
  };
}

async function admit(
  { postgres, access, log }: Pick<Store, 'postgres' | 'access' | 'log'>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | undefined> {
  const credential = readCredential(request.headers);
  const viewer = credential && (await access.findViewer(credential));
  if (viewer === undefined || credential === undefined) return askToLogIn(request, reply);
  const isChange = !safeMethods.has(request.method);
  const permission: Permission = isChange ? 'operations.change' : 'operations.read';
  if (!mayBegin(viewer, permission)) return sendProblem(request, reply, forbidden);
  if (!isChange) return undefined;
  if (credential.isCookie && !isFromOwnPage(request, credential)) {
    return sendProblem(request, reply, csrfFailed);
  }
  await record(postgres, request, viewer);
  const { method, url } = request;
  log.info(
    { viewerId: viewer.id, requestId: request.id, method, url },
    'an operator asks for a change',
  );
  return undefined;
}

function isFromOwnPage({ headers }: FastifyRequest, credential: Credential): boolean {
  return !comesFromElsewhere(headers) && hasCsrfToken(headers, credential);
}

/** Before it is done: what the queues do is in no transaction of ours. */
async function record(
  db: Store['postgres'],
  request: FastifyRequest,
  { id: userId }: Viewer,
): Promise<void> {
  const path = request.url.split('?', 1)[0];
  await db.transaction().execute((tx) =>
    writeAudit(
      tx,
      { userId, requestId: request.id, address: addressOf(request) },
      {
        action: 'operations.change',
        subject: { type: 'queues', id: null },
        after: { method: request.method, path },
      },
    ),
  );
}

/** The API, through which all requests come, says here who really asked. */
function addressOf({ headers, ip }: FastifyRequest): string {
  const forwarded = headers['x-forwarded-for'];
  return typeof forwarded === 'string' ? forwarded : ip;
}

/** A person is sent to the login page and back; a program is told. */
function askToLogIn(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const isPerson = request.method === 'GET' && request.headers.accept?.includes('text/html');
  if (!isPerson) {
    return sendProblem(request, reply.header('www-authenticate', 'Bearer'), unauthenticated);
  }
  const next = encodeURIComponent(request.url).replaceAll('%2F', '/');
  return reply.redirect(`/login?next=${next}`, 303);
}
