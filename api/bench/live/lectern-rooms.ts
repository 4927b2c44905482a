import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readConfig } from '@lectern/db/config';
import { open, type Store } from '@lectern/db/open';
import { insertCourse } from '@lectern/db/postgres/courses';
import { findDocumentVersion } from '@lectern/db/postgres/documents';
import { newId } from '@lectern/db/postgres/new-id';
import { freshDatabase } from '@lectern/db/testing/fresh-database';
import { logInAs } from '@lectern/db/testing/log-in-as';
import { forkServer, readAddress } from '../fork-server.ts';
import type { Contestant } from './compare-fan-outs.ts';
import { yWebsocketDialect } from './y-websocket-dialect.ts';

export type LecternOptions = {
  readonly processes: number;
  readonly clients: number;
  readonly redisUrl?: string | undefined;
};

export type Lectern = Contestant & {
  readonly store: Store;
  addCourse(): Promise<{ readonly courseId: string; readonly urls: readonly string[] }>;
  [Symbol.asyncDispose](): Promise<void>;
};

/** The API itself, once or several times on one database, with everything forced to disk. */
export async function openLectern(
  name: string,
  { processes, clients, redisUrl }: LecternOptions,
): Promise<Lectern> {
  const database = await freshDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'lectern-bench-'));
  const env = {
    DATABASE_URL: database.url,
    DATA_DIR: dataDir,
    LECTERN_LOG_LEVEL: 'error',
    LECTERN_RATE_LIMIT: 'off',
    ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
  };
  const store = open(readConfig(env, null), 'bench');
  const login = await logInAs(store, 'user');
  const main = fileURLToPath(import.meta.resolve('../api-server.ts'));
  const servers = await Promise.all(
    Array.from({ length: processes }, () => forkServer(main, { env })),
  );
  const bases = servers.map(({ said }) => readAddress(said).replace(/^http/, 'ws'));

  const addCourse = async () => {
    const courseId = newId();
    const viewer = { id: login.userId, role: 'user', email: '', name: '' } as const;
    const author = { userId: login.userId, requestId: null, address: null };
    await insertCourse(store.postgres, viewer, {
      course: { id: courseId, title: 'Bench' },
      author,
    });
    const path = `/v1/courses/${courseId}/live?token=${login.token}`;
    const urls = Array.from({ length: clients }, (_, i) => `${bases[i % bases.length]}${path}`);
    return { courseId, urls };
  };

  return {
    name,
    store,
    addCourse,
    async openRoom() {
      const { courseId, urls } = await addCourse();
      return { name: courseId, dialect: yWebsocketDialect, urls };
    },
    async check({ name: courseId }, edits) {
      const version = await findDocumentVersion(store.postgres, courseId);
      if (version < edits) throw new Error(`of ${edits} edits ${version} are in rows`);
    },
    async [Symbol.asyncDispose]() {
      for (const server of servers) await server[Symbol.asyncDispose]();
      await store.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
