import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Installation } from './installation.ts';

/** People who upload one small file after the other and note what was acknowledged. */
export type Authors = {
  readonly acknowledged: readonly string[];
  stop(): Promise<void>;
};

export async function startAuthors({ url }: Installation, count: number): Promise<Authors> {
  const json = { 'content-type': 'application/json' };
  const registered = await post(`${url}/v1/auth/register`, json, {
    email: `${randomUUID()}@example.org`,
    password: 'a password for authors',
    name: 'Author',
  });
  const authorization = `Bearer ${readField(registered, 'accessToken')}`;
  const course = await post(`${url}/v1/courses`, { ...json, authorization }, { title: 'Storm' });
  const materials = `${url}/v1/courses/${readField(course, 'id')}/materials`;
  const acknowledged: string[] = [];
  const stop = new AbortController();

  const upload = async () => {
    const form = new FormData();
    form.append('file', new Blob([`A note on ${randomUUID()}.`]), 'note.txt');
    const answer = await fetch(materials, {
      method: 'POST',
      headers: { authorization },
      body: form,
      signal: AbortSignal.timeout(20_000),
    });
    if (answer.status !== 202) return;
    acknowledged.push(...readIds(await answer.json()));
  };
  const work = async () => {
    while (!stop.signal.aborted) {
      // What was refused or cut off was not acknowledged; the author tries the next.
      await upload().catch(() => sleep(50));
    }
  };
  const working = Promise.all(Array.from({ length: count }, work));
  return {
    acknowledged,
    stop: async () => {
      stop.abort();
      await working;
    },
  };
}

async function post(address: string, headers: Record<string, string>, body: object) {
  const answer = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) });
  const parsed: unknown = await answer.json();
  if (!answer.ok)
    throw new Error(`${address} answered ${answer.status}: ${JSON.stringify(parsed)}`);
  return parsed;
}

function readIds(body: unknown): string[] {
  if (!isRecord(body) || !Array.isArray(body['items'])) throw new Error('the answer has no items');
  return body['items'].map((item: unknown) => readField(item, 'id'));
}

function readField(body: unknown, name: string): string {
  const value = isRecord(body) ? body[name] : undefined;
  if (typeof value === 'string') return value;
  throw new Error(`the answer has no ${name}: ${JSON.stringify(body)}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
