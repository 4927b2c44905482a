import { chmodSync, globSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startPostgres } from './postgres.ts';
import { endOrphan } from './postgres-orphan.ts';
import { startRedis } from './redis.ts';
import { openRoleLog } from './role-log.ts';
import { tell } from './tell.mjs';

export type TestServers = {
  /** What tests, measurements and their children read. */
  readonly env: NodeJS.ProcessEnv;
  readonly folder: string;
  readonly hasRedis: boolean;
  [Symbol.asyncDispose](): Promise<void>;
};

/** PostgreSQL and Redis in a folder that is thrown away; both are started again when a test kills them. */
export async function startTestServers(options: {
  readonly durable: boolean;
  readonly signal: AbortSignal;
}): Promise<TestServers> {
  const folder = mkdtempSync(join(tmpdir(), 'lectern-servers-'));
  chmodSync(folder, 0o755);
  await using stack = new AsyncDisposableStack();
  const temporary = join(folder, 'tmp');
  mkdirSync(temporary);
  stack.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  stack.defer(() => endStrays(temporary));
  const postgres = await startPostgres({
    folder: join(folder, 'postgres'),
    logFolder: join(folder, 'logs'),
    durable: options.durable,
    settings: { max_connections: '400' },
    signal: options.signal,
    tell,
  });
  stack.defer(() => postgres.stop());
  const log = openRoleLog({ folder: join(folder, 'logs'), role: 'redis', show: tell });
  stack.defer(() => log.close());
  const redis = await startRedis(folder, log);
  if (redis !== undefined) stack.defer(() => redis.stop());
  const started = stack.move();
  return {
    env: {
      TMPDIR: temporary,
      TEST_POSTGRES_URL: postgres.url,
      ...(redis !== undefined && { TEST_REDIS_URL: redis.url }),
    },
    folder,
    hasRedis: redis !== undefined,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

/** A test that was killed may have left a PostgreSQL of its own. */
async function endStrays(folder: string): Promise<void> {
  for (const file of globSync('**/postmaster.pid', { cwd: folder })) {
    await endOrphan(join(folder, dirname(file)), () => undefined);
  }
}
