import { STATUS_CODES } from 'node:http';

/** One field of the request that is wrong; `path` names it as `body.title` or `query.limit`. */
export type FieldFault = { readonly path: string; readonly message: string };

export type ProblemInit = {
  readonly status: number;
  /** A stable snake_case word for programs. */
  readonly code: string;
  /** What is wrong and what to do, for a person. */
  readonly detail: string;
  readonly errors?: readonly FieldFault[];
  readonly headers?: Readonly<Record<string, string>>;
  /** What this problem tells beside what all do. */
  readonly members?: Readonly<Record<string, unknown>>;
};

/** Thrown anywhere in a request, it is the answer: an RFC 9457 problem document. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly status: number;
  readonly code: string;
  readonly errors: readonly FieldFault[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    { status, code, detail, errors, headers = {}, members = {} }: ProblemInit,
    cause?: unknown,
  ) {
    super(detail, { cause });
    this.status = status;
    this.code = code;
    this.errors = errors;
    this.headers = headers;
    this.members = members;
  }
}

/** The document that travels. `requestId` finds the request in the logs. */
export function renderProblem(
  problem: Problem,
  { url, requestId }: { url: string; requestId: string },
): string {
  const { status, code, message, errors, members } = problem;
  return JSON.stringify({
    ...members,
    type: 'about:blank',
    title: titles[code] ?? STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    instance: url.split('?', 1)[0],
    code,
    ...(errors !== undefined && errors.length > 0 && { errors }),
    requestId,
  });
}

const titles: Readonly<Record<string, string>> = {
  already_here: 'The course has this file',
  bad_credentials: 'Email or password is wrong',
  body_too_large: 'The body is too large',
  busy: 'Too much at once',
  captions_invalid: 'The captions are not in order',
  checksum_mismatch: 'Something was lost on the way',
  checksum_unsupported: 'Unknown kind of checksum',
  course_full: 'The course is full',
  csrf_failed: 'Not sent by a page of this site',
  database_unavailable: 'The database does not answer',
  document_unreadable: 'The course cannot be opened',
  edit_conflict: 'Changed by somebody else meanwhile',
  edit_invalid: 'The edit does not fit the course',
  email_taken: 'The email has an account',
  export_expired: 'The export is gone',
  file_empty: 'The file is empty',
  file_lost: 'The file is lost',
  file_missing: 'No file in the request',
  file_sealed: 'The file is sealed',
  file_too_large: 'The file is too large',
  forbidden: 'Not allowed',
  graph_invalid: 'The course is not ready',
  headers_too_large: 'The headers are too large',
  idempotency_in_progress: 'The first request with this key still runs',
  idempotency_key_reused: 'The key was used for another request',
  if_match_missing: 'If-Match is missing',
  insufficient_scope: 'The token is not made for this',
  insufficient_storage: 'No room left for files',
  internal_error: 'Something broke on our side',
  invalid_encoding: 'The request is not valid text',
  invalid_json: 'The body is not valid JSON',
  invalid_multipart: 'The form data is broken',
  invalid_request: 'The request is not valid',
  invitation_expired: 'The invitation has run out',
  invitation_used: 'The invitation was accepted already',
  last_admin: 'The installation needs an admin',
  last_owner: 'The course needs an owner',
  link_expired: 'The link is no longer good',
  login_delayed: 'Too many wrong passwords',
  malformed_http: 'Not a valid HTTP request',
  material_busy: 'The material is being worked on',
  material_not_ready: 'The text is not there yet',
  mention_unknown: 'Nobody here has this id',
  method_not_allowed: 'The address does not take this method',
  not_a_socket: 'No WebSocket here',
  not_a_recording: 'There is nothing to be heard',
  not_found: 'Not found',
  nothing_failed: 'Nothing had failed',
  offset_conflict: 'Not where the upload goes on',
  operations_off: 'The operations dashboard is not running',
  origin_refused: 'Page of another site',
  parent_unknown: 'The comment to reply to is not here',
  quota_exceeded: 'More than the quota allows',
  range_not_satisfiable: 'The range lies outside the file',
  rate_limited: 'Too many requests',
  refresh_reused: 'The login was ended',
  request_timeout: 'The request took too long to arrive',
  shutting_down: 'The server is stopping',
  too_deep: 'The body is nested too deeply',
  too_many_files: 'More than one file',
  too_many_snapshots: 'Too many snapshots',
  too_many_streams: 'Too much is followed at once',
  too_many_tokens: 'Too many tokens',
  too_many_uploads: 'Too many unfinished uploads',
  too_many_versions: 'Replaced too often',
  tus_version_unsupported: 'Another version of tus',
  unauthenticated: 'Login needed',
  unsupported_media: 'This kind of file is not supported',
  unsupported_media_type: 'The content type is not supported',
  upgrade_required: 'A WebSocket is needed',
  upload_expired: 'The upload is gone',
  upload_taken: 'Another request goes on with it',
  url_not_allowed: 'This address is not fetched',
  version_conflict: 'It was changed meanwhile',
};

export function notFound(what: string): Problem {
  return new Problem({
    status: 404,
    code: 'not_found',
    detail: `There is no such ${what}, or it is not yours to see.`,
  });
}

export function forbidden(detail: string): Problem {
  return new Problem({ status: 403, code: 'forbidden', detail });
}

export function unauthenticated(): Problem {
  return new Problem({
    status: 401,
    code: 'unauthenticated',
    detail: 'Log in, or send the token of a login as `Authorization: Bearer …`.',
    headers: { 'www-authenticate': 'Bearer' },
  });
}

export function invalidRequest(errors: readonly FieldFault[]): Problem {
  const [first] = errors;
  const detail =
    first === undefined ? 'The request is not valid.' : `${first.path} ${first.message}.`;
  return new Problem({ status: 400, code: 'invalid_request', detail, errors });
}

export function tooSlow(detail: string): Problem {
  const headers = { connection: 'close' };
  return new Problem({ status: 408, code: 'request_timeout', detail, headers });
}
