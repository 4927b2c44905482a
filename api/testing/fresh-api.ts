import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { after } from 'node:test';
import type { Store } from '@lectern/db/open';
import { catchLog } from '@lectern/db/testing/catch-log';
import { freshStore } from '@lectern/db/testing/fresh-store';
import { type LoggedIn, logInAs } from '@lectern/db/testing/log-in-as';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { type App, buildApp } from '../app.ts';

export type Caller = LoggedIn & {
  readonly call: (
    method: Method,
    url: string,
    options?: CallOptions,
  ) => Promise<LightMyRequestResponse>;
};
type Method = NonNullable<InjectOptions['method']>;
type CallOptions = {
  readonly body?: InjectOptions['body'];
  readonly headers?: Record<string, string>;
};

export type TestApi = {
  readonly app: App;
  readonly store: Store;
  /** What the API logged so far. */
  readonly lines: readonly { readonly level: number; readonly msg: string }[];
  readonly logIn: (role?: 'user' | 'operator' | 'admin') => Promise<Caller>;
};

const apps: App[] = [];
after(() => Promise.all(apps.map((app) => app.close())));

/** The API on a store of its own. Its log is kept, so that a test can look at it. */
export async function freshApi(env: Record<string, string> = {}): Promise<TestApi> {
  const { log, lines } = catchLog();
  const store = { ...(await freshStore({ env })), log };
  const app = await buildApp(store);
  apps.push(app);
  const logIn = async (role: 'user' | 'operator' | 'admin' = 'user'): Promise<Caller> => {
    const login = await logInAs(store, role);
    const authorization = `Bearer ${login.token}`;
    return {
      ...login,
      call: (method, url, { body, headers } = {}) =>
        app.inject({
          method,
          url,
          headers: { authorization, ...headers },
          ...(body !== undefined && { body }),
        }),
    };
  };
  return { app, store, lines, logIn };
}

/** Lets the API listen on a free port and gives it. */
export async function listen(app: App): Promise<number> {
  await app.listen({ host: '127.0.0.1', port: 0 });
  if (!app.server.listening) await once(app.server, 'listening');
  const address: AddressInfo | string | null = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('the API has no port');
  return address.port;
}

export type FormFile = { readonly name: string; readonly content: string | Buffer };

/** A form with files, as a body and its headers. */
export function formOf(files: readonly FormFile[]): {
  readonly body: Buffer;
  readonly headers: Record<string, string>;
} {
  const boundary = '----a-form-of-the-tests';
  const parts = files.flatMap(({ name, content }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name.replaceAll('"', '%22')}"\r\nContent-Type: application/octet-stream\r\n\r\n`,
    ),
    Buffer.from(content),
    Buffer.from('\r\n'),
  ]);
  return {
    body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}

export async function makeCourse({ call }: Caller, title = 'A course'): Promise<string> {
  const answer = await call('POST', '/v1/courses', { body: { title } });
  const { id }: { id?: unknown } = answer.json();
  if (typeof id === 'string') return id;
  throw new Error(`making a course answered ${answer.statusCode}: ${answer.body}`);
}
