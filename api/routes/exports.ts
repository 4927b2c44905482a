import { exportAccount } from '@lectern/db/jobs/account';
import type { Store } from '@lectern/db/open';
import { writeAudit } from '@lectern/db/postgres/audit';
import {
  type Export,
  exportKeyOf,
  findExport,
  findExportToWrite,
  findLatestExport,
  insertExport,
} from '@lectern/db/postgres/exports';
import { newId } from '@lectern/db/postgres/new-id';
import { listRunsOfSubject, type RunView } from '@lectern/db/postgres/runs';
import { findUser, lockUser } from '@lectern/db/postgres/users';
import type { FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { authorOf } from '../access/author.ts';
import type { App } from '../app.ts';
import { attach, sendFile } from '../files/send-file.ts';
import { viewerOf } from '../plugins/viewer.ts';
import { notFound, Problem } from '../problems/problem.ts';
import { Bytes, Id, IdParams, Instant } from './shapes.ts';

const ExportShape = Type.Object({
  id: Id,
  status: Type.Enum(['queued', 'processing', 'ready', 'failed']),
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  createdAt: Instant,
  expiresAt: Instant,
  size: Type.Optional(Type.Integer({ description: 'bytes' })),
  url: Type.Optional(Type.String({ description: 'where the zip is, for a quarter of an hour' })),
});

export const LinkParams = Type.Object(
  {
    expires: Type.Integer(),
    key: Type.String({ maxLength: 100 }),
    signature: Type.String({ maxLength: 100 }),
  },
  { additionalProperties: false },
);

/** An export is from one moment; who wants a newer one may have it an hour later. */
const lifeMs = 3_600_000;
const linkMs = 15 * 60_000;
const tags = ['Access'];

/** All that is held about a person, as a file. */
export function routeExports(app: App, store: Store): void {
  const { postgres, objects, access } = store;

  app.get(
    '/v1/me/export',
    {
      config: { access: 'account.read' },
      schema: {
        tags,
        summary: 'Get all that is held about me',
        description:
          'A worker writes a zip. Until it is ready this answers 202, then 200 with a link to it.',
        response: { 200: ExportShape, 202: ExportShape },
      },
    },
    async (request, reply) => {
      const found = await describe(await findOrBegin(request));
      reply.header('location', `/v1/me/exports/${found.id}`);
      return reply.code(found.status === 'ready' ? 200 : 202).send(found);
    },
  );

  app.get(
    '/v1/me/exports/:id',
    {
      config: { access: 'account.read' },
      schema: {
        tags,
        summary: 'How far an export is',
        params: IdParams,
        response: { 200: ExportShape },
      },
    },
    async (request) => {
      const key = { userId: viewerOf(request).id, exportId: request.params.id };
      const found = await findExport(postgres, key);
      if (found === undefined) throw notFound('export');
      return describe(found);
    },
  );

  app.get(
    '/v1/exports/:id/file',
    {
      config: { access: 'public' },
      schema: {
        tags,
        summary: 'Download an export',
        description: 'With the link that the export shows; it needs no login. Takes `Range`.',
        params: IdParams,
        querystring: LinkParams,
        response: {
          200: { description: 'The zip.', content: { 'application/zip': { schema: Bytes } } },
          206: { description: 'A part of it.', content: { 'application/zip': { schema: Bytes } } },
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      if (!access.isLinkGood(pathOf(id), request.query)) throw linkOver();
      const found = await findExportToWrite(postgres, id);
      // An account that is being deleted has no links any more.
      const person = found && (await findUser(postgres, found.user_id));
      if (person === undefined || found === undefined || found.size_bytes === null) {
        throw linkOver();
      }
      attach(reply, { fileName: 'lectern-export.zip', mediaType: 'application/zip' });
      const file = { key: exportKeyOf(found), size: found.size_bytes };
      return sendFile(reply, objects, file, request.headers.range);
    },
  );

  /** One at a time: whoever asks again gets the one that is on its way. */
  function findOrBegin(request: FastifyRequest): Promise<Export> {
    const { id: userId } = viewerOf(request);
    return postgres.transaction().execute(async (tx) => {
      await lockUser(tx, userId);
      const latest = await findLatestExport(tx, userId);
      const last = latest && (await findLastRun(tx, latest.id));
      if (latest !== undefined && last?.state !== 'failed' && last?.state !== 'cancelled') {
        return latest;
      }
      const id = newId();
      await writeAudit(tx, authorOf(request), {
        action: 'account.export',
        subject: { type: 'export', id },
      });
      return insertExport(tx, { id, userId, lifeMs, requestId: request.id });
    });
  }

  async function describe(row: Export): Promise<Static<typeof ExportShape>> {
    const run = await findLastRun(postgres, row.id);
    const isReady = row.size_bytes !== null;
    const failed = run?.state === 'failed' || run?.state === 'cancelled';
    const working = run?.state === 'running' ? 'processing' : 'queued';
    const expiresAt = new Date(Math.min(Date.now() + linkMs, row.expires_at.getTime()));
    return {
      id: row.id,
      status: isReady ? 'ready' : failed ? 'failed' : working,
      progress: isReady ? 1 : (run?.progress ?? 0),
      createdAt: row.created_at.toISOString(),
      expiresAt: row.expires_at.toISOString(),
      ...(row.size_bytes !== null && {
        size: row.size_bytes,
        url: access.signLink(pathOf(row.id), expiresAt),
      }),
    };
  }
}

/** Of the writing; the mail that tells of it is about the export as well. */
async function findLastRun(db: Store['postgres'], exportId: string): Promise<RunView | undefined> {
  const runs = await listRunsOfSubject(db, exportId);
  return runs.findLast(({ job }) => job === exportAccount.name);
}

function pathOf(exportId: string): string {
  return `/v1/exports/${exportId}/file`;
}

function linkOver(): Problem {
  const detail = 'The link has run out or is not whole. Ask for a new one at /v1/me/export.';
  return new Problem({ status: 410, code: 'link_expired', detail });
}
