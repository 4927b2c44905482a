import { setTimeout as sleep } from 'node:timers/promises';

export type Stage = {
  readonly name: string;
  readonly status: string;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly error?: { readonly code: string; readonly message: string };
};

export type Answer = {
  readonly id: string;
  readonly accessToken: string;
  readonly status: string;
  readonly code: string;
  readonly detail: string;
  readonly stages: readonly Stage[];
  readonly items: readonly Answer[];
  readonly nextCursor: string | null;
};

export type NamedFile = { readonly name: string; readonly bytes: Buffer };

export type Person = Awaited<ReturnType<typeof register>>;

/** Somebody who comes to a house with an account and a course of their own. */
export async function register(url: string, name: string) {
  let token: string | undefined;
  const send = (method: string, path: string, body?: object | FormData): Promise<Response> => {
    const isForm = body instanceof FormData;
    return fetch(url + path, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
    });
  };
  const call = async (...request: Parameters<typeof send>): Promise<Answer> => {
    const answer = await send(...request);
    const text = await answer.text();
    if (!answer.ok)
      throw new Error(`${request[0]} ${request[1]} answered ${answer.status}: ${text}`);
    const said: Answer = JSON.parse(text);
    return said;
  };
  const account = { email: `${name}@house.example`, password: 'correct horse battery 9!', name };
  ({ accessToken: token } = await call('POST', '/v1/auth/register', account));
  const { id: courseId } = await call('POST', '/v1/courses', { title: name });
  const upload = (files: readonly NamedFile[]) => {
    const form = new FormData();
    for (const file of files) {
      form.append('file', new Blob([Uint8Array.from(file.bytes)]), file.name);
    }
    return send('POST', `/v1/courses/${courseId}/materials`, form);
  };
  return {
    courseId,
    send,
    call,
    upload,
    /** The material, when there is nothing more to be done for it. */
    async untilDone(materialId: string, everyMs = 20): Promise<Answer> {
      for (;;) {
        const material = await call('GET', `/v1/materials/${materialId}`);
        if (isDone(material)) return material;
        await sleep(everyMs);
      }
    },
  };
}

export function isDone({ status }: Pick<Answer, 'status'>): boolean {
  return ['ready', 'partial', 'failed'].includes(status);
}
