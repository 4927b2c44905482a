import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after } from 'node:test';
import { readConfig } from '@lectern/db/config';
import { open, type Store } from '@lectern/db/open';
import { freshEnv } from '@lectern/db/testing/fresh-store';
import { until } from '@lectern/db/testing/until';

const children: ChildProcess[] = [];
const stores: Store[] = [];
after(async () => {
  for (const child of children) child.kill('SIGKILL');
  for (const store of stores) await store.close();
});

export type ApiProcess = {
  readonly child: ChildProcess;
  readonly port: number;
  /** On the same database. */
  readonly store: Store;
  /** Ends the process as a power cut would. */
  kill(): Promise<void>;
  /** Another one, at the same port or beside it. */
  startAgain(port?: number): Promise<ApiProcess>;
};

/** The API in a process of its own, on a fresh database. */
export async function startApi(more: Record<string, string> = {}): Promise<ApiProcess> {
  const env = { ...(await freshEnv()), ...more };
  const store = open(readConfig(env, null), 'test');
  stores.push(store);
  return startProcess({ env, store, port: await findFreePort() });
}

type Place = {
  readonly env: Readonly<Record<string, string>>;
  readonly store: Store;
  readonly port: number;
};

async function startProcess({ env, store, port }: Place): Promise<ApiProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '..', 'main.ts')], {
    env: { ...env, PORT: String(port), PATH: process.env['PATH'] ?? '' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  children.push(child);
  await until('the API answers', () =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
  return {
    child,
    port,
    store,
    async kill() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
    startAgain: (other = port) => startProcess({ env, store, port: other }),
  };
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
