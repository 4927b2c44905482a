import { newId } from '@lectern/db/postgres/new-id';

/** A request that cannot be answered, with the status and code that say so. */
export type BadRequest = {
  readonly what: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | undefined;
  readonly answer: string;
};

const long = (length: number) => 'x'.repeat(length);

/** What is wrong in a body, wherever it is sent. */
const bodies: readonly [what: string, body: string | Buffer, answer: string][] = [
  ['broken JSON', '{"title": ', '400 invalid_json'],
  ['no JSON', 'title=x', '400 invalid_json'],
  ['no body', '', '400 invalid_request'],
  ['an array', '[]', '400 invalid_request'],
  ['null', 'null', '400 invalid_request'],
  ['bad UTF-8', Buffer.from('{"title":"\xff\xfe"}', 'latin1'), '400 invalid_encoding'],
  ['a NUL', String.raw`{"title":"a\u0000b"}`, '400 invalid_encoding'],
  ['a NUL in a name', String.raw`{"a\u0000b":1}`, '400 invalid_encoding'],
  ['half a character', String.raw`{"title":"\ud800"}`, '400 invalid_encoding'],
  ['__proto__', '{"title":"x","__proto__":{"role":"admin"}}', '400 invalid_json'],
  ['a hidden __proto__', String.raw`{"title":"x","__pr\u006fto__":{}}`, '400 invalid_json'],
  ['constructor', '{"title":"x","constructor":{"prototype":{}}}', '400 invalid_json'],
  ['wrong types', '{"title":1,"email":[],"password":{},"name":null}', '400 invalid_request'],
  ['unknown fields', '{"title":"x","colour":"red"}', '400 invalid_request'],
  ['too large a body', `{"title":"${long(20_000)}"}`, '413 body_too_large'],
  ['deep nesting', `{"title":${'['.repeat(9_000)}`, '400 invalid_json'],
];

const contentTypes: readonly string[] = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=b',
  ';;',
];

const id = newId();

type Address = [what: string, method: 'GET' | 'POST' | 'DELETE', url: string, answer: string];

const nowhere = ['/v1/nowhere', '/v2/courses', '/v1/courses/', '/V1/me', '/v1', '/.env', '/v1//me'];

const addresses: readonly Address[] = [
  ...nowhere.map((url): Address => ['an unknown address', 'GET', url, '404 not_found']),
  ...nowhere.map((url): Address => ['a body to no address', 'POST', url, '404 not_found']),
  ['an unknown course', 'GET', `/v1/courses/${id}`, '404 not_found'],
  ['an unknown material', 'GET', `/v1/materials/${id}`, '404 not_found'],
  ['an unknown job', 'GET', `/v1/jobs/${id}`, '404 not_found'],
  ['no id', 'GET', '/v1/jobs/not-an-id', '404 not_found'],
  ['a long id', 'GET', `/v1/jobs/${long(600)}`, '404 not_found'],
  ['the wrong method', 'DELETE', '/v1/courses', '405 method_not_allowed'],
  ['the wrong method with a body', 'POST', `/v1/materials/${id}`, '405 method_not_allowed'],
  ['a NUL in the address', 'GET', '/v1/courses/%00', '400 invalid_encoding'],
  ['a NUL in the query', 'GET', '/v1/courses?q=a%00b', '400 invalid_encoding'],
  ['bad UTF-8 in the address', 'GET', '/v1/courses/%ff', '400 invalid_encoding'],
  ['bad UTF-8 in the query', 'GET', '/v1/search?q=%ff', '400 invalid_encoding'],
  ['a lonely percent sign', 'GET', '/v1/search?q=100%', '400 invalid_encoding'],
  ['__proto__ in the query', 'GET', '/v1/courses?__proto__=1', '400 invalid_request'],
  ['a query too long', 'GET', `/v1/search?q=${long(10_000)}`, '400 invalid_request'],
];

const json = { 'content-type': 'application/json' };

function listBadBodies(url: string): BadRequest[] {
  const post = (what: string, body: string | Buffer, type: string, answer: string): BadRequest => {
    return { what, method: 'POST', url, headers: { 'content-type': type }, body, answer };
  };
  return [
    ...bodies.map(([what, body, answer]) => post(what, body, 'application/json', answer)),
    ...contentTypes.map((type) => post('another type', '{}', type, '415 unsupported_media_type')),
  ];
}

export const badRequests: readonly BadRequest[] = [
  ...listBadBodies('/v1/courses'),
  ...listBadBodies('/v1/auth/register'),
  ...listBadBodies('/v1/auth/login'),
  ...addresses.map(([what, method, url, answer]) => ({
    what,
    method,
    url,
    headers: method === 'POST' ? json : {},
    body: method === 'POST' ? '{' : undefined,
    answer,
  })),
  {
    what: 'a key of two words',
    method: 'POST',
    url: '/v1/courses',
    headers: { ...json, 'idempotency-key': 'a b' },
    body: '{"title":"x"}',
    answer: '400 invalid_request',
  },
];
