import assert from 'node:assert/strict';
import { test } from 'node:test';
import { freshApi } from '../testing/fresh-api.ts';

type Operation = {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly security?: unknown;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<
    Record<string, { readonly description?: string; readonly content?: object }>
  >;
};

type Document = {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> };
};

async function readDocument(): Promise<{ document: Document; text: string }> {
  const { app } = await freshApi();
  const answer = await app.inject({ method: 'GET', url: '/openapi.json' });
  assert.equal(answer.statusCode, 200);
  return { document: answer.json<Document>(), text: answer.body };
}

/** What the API offers, for people who read a diff: a route that is missing here is not public. */
const offered = [
  'GET /healthz',
  'GET /metrics',
  'GET /readyz',
  'GET /v1/courses',
  'GET /v1/courses/{id}',
  'GET /v1/courses/{id}/materials',
  'GET /v1/jobs/{id}',
  'GET /v1/materials/{id}',
  'GET /v1/materials/{id}/original',
  'GET /v1/materials/{id}/text',
  'GET /v1/me',
  'GET /v1/search',
  'POST /v1/auth/login',
  'POST /v1/auth/logout',
  'POST /v1/auth/register',
  'POST /v1/courses',
  'POST /v1/courses/{id}/materials',
];

test('the document lists every route', async () => {
  const { document } = await readDocument();
  assert.equal(document.openapi, '3.1.0');
  const listed = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  assert.deepEqual(listed.sort(), offered);
});

test('every operation says what it does, what it answers and how it refuses', async () => {
  const { document } = await readDocument();
  assert.ok('Problem' in document.components.schemas);
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const label = `${method} ${path}`;
      assert.ok((operation.summary ?? '').length > 5, label);
      assert.ok((operation.tags ?? []).length > 0, label);
      const responses = Object.entries(operation.responses);
      assert.ok(
        responses.some(([status]) => /^2\d\d$/.test(status)),
        label,
      );
      for (const [, { description }] of responses) assert.ok(description !== undefined, label);
      assert.match(
        JSON.stringify(operation.responses['default']),
        /problem\+json.*schemas\/Problem/,
        label,
      );
      for (const name of path.match(/(?<=\{)\w+(?=\})/g) ?? []) {
        assert.ok(
          operation.parameters?.some((one) => one.name === name && one.in === 'path'),
          label,
        );
      }
    }
  }
});

test('every reference in the document leads somewhere', async () => {
  const { document, text } = await readDocument();
  const references = text.match(/"\$ref":"([^"]+)"/g) ?? [];
  assert.ok(references.length > 0);
  for (const reference of references) {
    const name = /#\/components\/schemas\/([^"]+)"/.exec(reference)?.[1];
    assert.ok(name !== undefined && name in document.components.schemas, reference);
  }
  assert.doesNotMatch(text, /~kind|~optional/);
});

test('what needs a login says so, and a key is offered where something changes', async () => {
  const { document } = await readDocument();
  const operation = (method: string, path: string) => document.paths[path]?.[method];
  assert.ok(operation('post', '/v1/courses')?.security !== undefined);
  assert.equal(operation('post', '/v1/auth/login')?.security, undefined);
  const keys = (method: string, path: string) =>
    operation(method, path)?.parameters?.some(({ name }) => name === 'idempotency-key') ?? false;
  assert.equal(keys('post', '/v1/courses'), true);
  assert.equal(keys('post', '/v1/courses/{id}/materials'), true);
  assert.equal(keys('get', '/v1/courses'), false);
});

test('the documentation page loads nothing that the security headers forbid', async () => {
  const { app } = await freshApi();
  const page = await app.inject({ method: 'GET', url: '/docs' });
  assert.equal(page.statusCode, 200);
  assert.match(
    String(page.headers['content-security-policy']),
    /default-src 'none'; script-src 'self';/,
  );
  assert.doesNotMatch(page.body, /<script>|<style>|https?:\/\/|onload=/);
  const sources = Array.from(page.body.matchAll(/(?:src|href)="([^"]+)"/g), ([, url = '']) => url);
  assert.ok(sources.length > 3);
  for (const url of sources) {
    assert.equal((await app.inject({ method: 'GET', url })).statusCode, 200, url);
  }
});
