import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Log } from '@lectern/db/log';
import { newId } from '@lectern/db/postgres/new-id';
import { Problem, renderProblem, tooSlow } from '../problems/problem.ts';

type ParseError = Error & { readonly code?: string };

/** Answers what never became a request: broken HTTP, headers without end or too slow to arrive. */
export function answerBrokenRequests(log: Log) {
  return (error: ParseError, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const requestId = newId();
    const problem = describe(error);
    log.debug({ requestId, code: problem.code, err: error }, 'refused what was no request');
    if (!socket.writable || hasBegunToAnswer(socket)) {
      socket.destroy();
      return;
    }
    const body = renderProblem(problem, { url: '', requestId });
    const head = [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      `Date: ${new Date().toUTCString()}`,
      `X-Request-Id: ${requestId}`,
      'Connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
    // Whoever keeps sending would hold the half-closed connection for ever.
    setTimeout(() => socket.destroy(), 1_000).unref();
  };
}

function describe({ code }: ParseError): Problem {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return tooSlow('The headers took too long to arrive.');
  if (code === 'HPE_HEADER_OVERFLOW') {
    const detail = 'Address and headers together may have 16 kB.';
    return new Problem({ status: 431, code: 'headers_too_large', detail });
  }
  const detail = 'What arrived does not follow the rules of HTTP/1.1.';
  return new Problem({ status: 400, code: 'malformed_http', detail });
}

/** Bytes of an answer are on their way already: a second one would be read as part of it. */
function hasBegunToAnswer(socket: Socket): boolean {
  const current: unknown = Reflect.get(socket, '_httpMessage');
  return (
    typeof current === 'object' && current !== null && Reflect.get(current, 'headersSent') === true
  );
}
