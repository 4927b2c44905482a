import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { connect, openPool } from '@lectern/db/postgres/connect';
import { hasUsers } from '@lectern/db/postgres/users';

const folder = join(import.meta.dirname, 'demo');
const email = 'demo@example.org';
const course = {
  title: 'How tides work',
  description: 'Six short lectures on why the sea rises and falls, and what people make of it.',
  language: 'en',
  level: 'beginner',
  tags: ['sea', 'physics'],
  visibility: 'public',
};
const limitMs = 60_000;

/**
 * Fills an installation that nobody uses yet with a course, by the same requests that anybody could send.
 * Gives the lines to show: how to log in and what to try, or why nothing was done.
 */
export async function fillWithDemo(url: string, databaseUrl: string): Promise<string[]> {
  if (await isUsed(databaseUrl)) {
    return [
      'The demo was not added: there are accounts here already, and it changes nothing then.',
    ];
  }
  const password = makePassword();
  const account = { email, password, name: 'Demo' };
  const { accessToken } = await post(`${url}/v1/auth/register`, account);
  const headers = { authorization: `Bearer ${text(accessToken)}` };
  const { id } = await post(`${url}/v1/courses`, course, headers);
  const materials = `${url}/v1/courses/${text(id)}/materials`;
  const names = readdirSync(folder).toSorted();
  await upload(materials, names, headers);
  await untilReady(materials, names.length, headers);
  return describeDemo(url, password, names.length);
}

async function isUsed(databaseUrl: string): Promise<boolean> {
  const pool = openPool({
    url: databaseUrl,
    connections: 1,
    statementTimeoutMs: 10_000,
    onError: () => undefined,
  });
  const db = connect(pool);
  try {
    return await hasUsers(db);
  } finally {
    await db.destroy();
  }
}

async function upload(
  url: string,
  names: readonly string[],
  headers: Record<string, string>,
): Promise<void> {
  const form = new FormData();
  for (const name of names) {
    const type = name.endsWith('.md') ? 'text/markdown' : 'text/plain';
    form.append('file', new Blob([readFileSync(join(folder, name))], { type }), name);
  }
  await read(await fetch(url, { method: 'POST', headers, body: form }));
}

async function untilReady(
  url: string,
  count: number,
  headers: Record<string, string>,
): Promise<void> {
  const giveUpAt = performance.now() + limitMs;
  for (;;) {
    const { items } = await read(await fetch(`${url}?limit=100`, { headers }));
    const states = Array.isArray(items) ? items.filter(isRecord).map(({ status }) => status) : [];
    if (states.length === count && states.every((state) => state === 'ready')) return;
    if (states.includes('failed')) throw new Error('a file of the demo could not be read');
    if (performance.now() > giveUpAt) throw new Error(`the demo was not ready in ${limitMs} ms`);
    await wait(100);
  }
}

function describeDemo(url: string, password: string, files: number): string[] {
  const login = JSON.stringify({ email, password });
  return [
    `The demo course "${course.title}" is there, with ${files} files. Its account is the admin here:`,
    `  ${email}   ${password}   (shown this once)`,
    'Log in and search it:',
    `  TOKEN=$(curl -s ${url}/v1/auth/login -H 'content-type: application/json' -d '${login}' | sed 's/.*"accessToken":"\\([^"]*\\)".*/\\1/')`,
    `  curl -s -H "authorization: Bearer $TOKEN" '${url}/v1/search?q=spring+tide&mode=text'`,
  ];
}

/** Easy to type, and long enough that nobody guesses it: 64 bits. */
function makePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz';
  const word = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  return [word(), word(), word(), randomInt(100, 1000)].join('-');
}

async function post(url: string, body: object, headers: Record<string, string> = {}) {
  const json = { ...headers, 'content-type': 'application/json' };
  return read(await fetch(url, { method: 'POST', headers: json, body: JSON.stringify(body) }));
}

async function read(answer: Response): Promise<Record<string, unknown>> {
  const body: unknown = await answer.json();
  if (answer.ok && isRecord(body)) return body;
  throw new Error(`the API answered ${answer.status}: ${JSON.stringify(body)}`);
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Error('the API answered without what the demo needs');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
