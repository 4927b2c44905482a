import { DocumentFailed } from '@lectern/db/graph/document-thread';
import { DocumentBusy } from '@lectern/db/graph/open-documents';
import {
  fileLostWords,
  ObjectMissing,
  SealKeyUnknown,
  StoreFull,
} from '@lectern/db/objects/objects';
import { isOutage } from '@lectern/db/postgres/is-outage';
import { QuotaExceeded } from '@lectern/db/postgres/storage-use';
import { isUnreadableText } from '@lectern/db/postgres/is-unreadable-text';
import { Problem } from './problem.ts';

/** What is answered for an error that is not a problem already. Nothing of its message goes out. */
export function describeError(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const known = byFastifyCode[readText(error, 'code')];
  if (known !== undefined) return new Problem(known, error);
  if (isOutage(error)) return new Problem(databaseAway, error);
  if (error instanceof DocumentBusy) return new Problem(courseBusy, error);
  if (error instanceof DocumentFailed) return new Problem(documentFailed, error);
  if (error instanceof QuotaExceeded) return quotaExceeded(error);
  if (error instanceof StoreFull) return new Problem(storeFull, error);
  if (error instanceof ObjectMissing) return new Problem(fileLost, error);
  if (error instanceof SealKeyUnknown) return new Problem(fileSealed, error);
  if (isUnreadableText(error)) return new Problem(unreadable, error);
  const status = readStatus(error);
  if (status >= 400 && status < 500) return new Problem({ ...refused, status }, error);
  return new Problem(internal, error);
}

export const unreadable = {
  status: 400,
  code: 'invalid_encoding',
  detail: 'Send text as UTF-8, without NUL characters and with whole characters only.',
} as const;

const databaseAway = {
  status: 503,
  code: 'database_unavailable',
  detail: 'Nothing was done. Try again in some seconds.',
  headers: { 'retry-after': '5' },
} as const;
const courseBusy = {
  status: 503,
  code: 'busy',
  detail: 'Nothing was done: too many requests wait for this course. Try again in some seconds.',
  headers: { 'retry-after': '5' },
} as const;
const documentFailed = {
  status: 503,
  code: 'document_unreadable',
  detail:
    'Nothing was done: the course could not be opened within its limits. Try again; if it goes on, go back to a snapshot or ask whoever runs this installation.',
  headers: { 'retry-after': '5' },
} as const;
function quotaExceeded({ code, message: detail }: QuotaExceeded): Problem {
  return new Problem({ status: 413, code, detail });
}

const storeFull = {
  status: 507,
  code: 'insufficient_storage',
  detail:
    'Nothing was kept: there is no room left for files. Whoever runs this installation can add some.',
} as const;
const fileLost = {
  status: 410,
  code: 'file_lost',
  detail: fileLostWords,
} as const;
const fileSealed = {
  status: 503,
  code: 'file_sealed',
  detail:
    'The server was started without the key that opens it. The file is there: tell whoever runs this installation.',
} as const;
const internal = {
  status: 500,
  code: 'internal_error',
  detail: 'It is not your fault, and it was written down. The request id finds it in the logs.',
} as const;
const refused = {
  status: 400,
  code: 'invalid_request',
  detail: 'The request cannot be read.',
} as const;
const badUrl = {
  status: 400,
  code: 'invalid_encoding',
  detail: 'The address holds a percent sign that is not followed by the code of a character.',
} as const;

const byFastifyCode: Readonly<Record<string, ConstructorParameters<typeof Problem>[0]>> = {
  FST_ERR_BAD_URL: badUrl,
  FST_ERR_MAX_PARAM_LENGTH: {
    status: 404,
    code: 'not_found',
    detail: 'No address here is that long.',
  },
  FST_ERR_CTP_INVALID_JSON_BODY: {
    status: 400,
    code: 'invalid_json',
    detail: 'The body must be JSON, and no name in it may be `__proto__` or `constructor`.',
  },
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'unsupported_media_type',
    detail: 'Send JSON with `Content-Type: application/json`, files as `multipart/form-data`.',
  },
  FST_ERR_CTP_BODY_TOO_LARGE: {
    status: 413,
    code: 'body_too_large',
    detail: 'The body is larger than this server takes.',
  },
};

function readText(error: unknown, name: string): string {
  const value: unknown = error instanceof Error ? Reflect.get(error, name) : undefined;
  return typeof value === 'string' ? value : '';
}

function readStatus(error: unknown): number {
  const value: unknown = error instanceof Error ? Reflect.get(error, 'statusCode') : undefined;
  return typeof value === 'number' ? value : 500;
}
