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
  'DELETE /v1/courses/{id}',
  'DELETE /v1/courses/{id}/comments/{commentId}',
  'DELETE /v1/courses/{id}/members',
  'DELETE /v1/courses/{id}/members/{userId}',
  'DELETE /v1/materials/{id}',
  'DELETE /v1/me',
  'DELETE /v1/me/sessions/{id}',
  'DELETE /v1/me/tokens/{id}',
  'DELETE /v1/uploads/{id}',
  'GET /healthz',
  'GET /metrics',
  'GET /readyz',
  'GET /v1/course-exports/{id}/file',
  'GET /v1/courses',
  'GET /v1/courses/{id}',
  'GET /v1/courses/{id}/comments',
  'GET /v1/courses/{id}/comments/{commentId}',
  'GET /v1/courses/{id}/export',
  'GET /v1/courses/{id}/exports/{exportId}',
  'GET /v1/courses/{id}/faults',
  'GET /v1/courses/{id}/graph',
  'GET /v1/courses/{id}/history',
  'GET /v1/courses/{id}/live',
  'GET /v1/courses/{id}/materials',
  'GET /v1/courses/{id}/members',
  'GET /v1/courses/{id}/presence',
  'GET /v1/courses/{id}/snapshots',
  'GET /v1/courses/{id}/snapshots/{sid}',
  'GET /v1/courses/{id}/snapshots/{sid}/diff',
  'GET /v1/courses/{id}/storage',
  'GET /v1/exports/{id}/file',
  'GET /v1/imports/{id}',
  'GET /v1/jobs/{id}',
  'GET /v1/live',
  'GET /v1/materials/{id}',
  'GET /v1/materials/{id}/captions',
  'GET /v1/materials/{id}/captions.srt',
  'GET /v1/materials/{id}/captions.txt',
  'GET /v1/materials/{id}/captions.vtt',
  'GET /v1/materials/{id}/events',
  'GET /v1/materials/{id}/hls/master.m3u8',
  'GET /v1/materials/{id}/hls/{round}/captions/{language}.m3u8',
  'GET /v1/materials/{id}/hls/{round}/captions/{language}.vtt',
  'GET /v1/materials/{id}/hls/{round}/key',
  'GET /v1/materials/{id}/hls/{round}/{rendition}.m3u8',
  'GET /v1/materials/{id}/hls/{round}/{rendition}/{piece}-{number}.ts',
  'GET /v1/materials/{id}/original',
  'GET /v1/materials/{id}/playback',
  'GET /v1/materials/{id}/storyboard.vtt',
  'GET /v1/materials/{id}/storyboard/{number}.jpg',
  'GET /v1/materials/{id}/text',
  'GET /v1/materials/{id}/thumbnail',
  'GET /v1/materials/{id}/versions',
  'GET /v1/materials/{id}/versions/{number}/file',
  'GET /v1/materials/{id}/watching',
  'GET /v1/me',
  'GET /v1/me/export',
  'GET /v1/me/exports/{id}',
  'GET /v1/me/sessions',
  'GET /v1/me/storage',
  'GET /v1/me/tokens',
  'GET /v1/ops/audit',
  'GET /v1/ops/users',
  'GET /v1/receipts/{id}',
  'GET /v1/search',
  'GET /v1/uploads/{id}',
  'OPTIONS /v1/uploads',
  'PATCH /v1/courses/{id}',
  'PATCH /v1/courses/{id}/comments/{commentId}',
  'PATCH /v1/me',
  'PATCH /v1/ops/users/{id}',
  'PATCH /v1/uploads/{id}',
  'POST /v1/auth/forgot-password',
  'POST /v1/auth/login',
  'POST /v1/auth/logout',
  'POST /v1/auth/logout-everywhere',
  'POST /v1/auth/refresh',
  'POST /v1/auth/register',
  'POST /v1/auth/reset-password',
  'POST /v1/auth/verify-email',
  'POST /v1/courses',
  'POST /v1/courses/import',
  'POST /v1/courses/{id}/comments',
  'POST /v1/courses/{id}/duplicate',
  'POST /v1/courses/{id}/edits',
  'POST /v1/courses/{id}/materials',
  'POST /v1/courses/{id}/materials/bulk',
  'POST /v1/courses/{id}/materials/import',
  'POST /v1/courses/{id}/publish',
  'POST /v1/courses/{id}/reindex',
  'POST /v1/courses/{id}/restore',
  'POST /v1/courses/{id}/snapshots',
  'POST /v1/courses/{id}/snapshots/{sid}/revert',
  'POST /v1/courses/{id}/unpublish',
  'POST /v1/invitations/accept',
  'POST /v1/materials/{id}/captions/regenerate',
  'POST /v1/materials/{id}/reprocess',
  'POST /v1/me/password',
  'POST /v1/me/tokens',
  'POST /v1/me/verify-email',
  'POST /v1/uploads',
  'PUT /v1/courses/{id}/members',
  'PUT /v1/courses/{id}/members/{userId}',
  'PUT /v1/materials/{id}/captions',
  'PUT /v1/materials/{id}/original',
  'PUT /v1/materials/{id}/watching',
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
        // A WebSocket answers 101.
        responses.some(([status]) => /^(2\d\d|101)$/.test(status)),
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
  // What is shown once is not kept for a repetition.
  assert.equal(keys('post', '/v1/me/tokens'), false);
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
