import type { Store } from '@lectern/db/open';
import { findViewer, sessionCookie, type Viewer } from '@lectern/db/postgres/sessions';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Problem, sendProblem } from './problem.ts';
import { isSameOrigin } from './same-origin.ts';

type Credential = { readonly token: string; readonly isCookie: boolean };

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
const crossOrigin: Problem = {
  status: 403,
  code: 'cross_origin',
  title: 'Request from another site',
  detail:
    'A change with the login cookie must come from a page of this site. Programs send a token.',
};
const databaseAway: Problem = {
  status: 503,
  code: 'database_unavailable',
  title: 'The database does not answer',
  detail: 'Who you are cannot be checked now. Try again in some seconds.',
};

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** A hook that lets operators and admins pass and answers everybody else. */
export function admitOperators({ postgres, log }: Pick<Store, 'postgres' | 'log'>) {
  return async (
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply | undefined> => {
    const credential = readCredential(request);
    let viewer: Viewer | undefined;
    try {
      viewer = credential && (await findViewer(postgres, credential.token));
    } catch (error) {
      log.warn(
        { requestId: request.id, err: error },
        'cannot check who asks for the operations pages',
      );
      return sendProblem(request, reply.header('retry-after', 5), databaseAway);
    }
    if (viewer === undefined || credential === undefined) return askToLogIn(request, reply);
    if (viewer.role === 'user') return sendProblem(request, reply, forbidden);
    if (safeMethods.has(request.method)) return undefined;
    if (credential.isCookie && !isSameOrigin(request.headers)) {
      return sendProblem(request, reply, crossOrigin);
    }
    const { method, url } = request;
    log.info(
      { viewerId: viewer.id, requestId: request.id, method, url },
      'an operator asks for a change',
    );
    return undefined;
  };
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

function readCredential({ headers }: FastifyRequest): Credential | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (bearer !== undefined) return { token: bearer, isCookie: false };
  const cookies = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const cookie = cookies.find((pair) => pair.startsWith(`${sessionCookie}=`));
  return cookie === undefined
    ? undefined
    : { token: cookie.slice(sessionCookie.length + 1), isCookie: true };
}
