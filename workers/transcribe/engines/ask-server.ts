import { setTimeout as sleep } from 'node:timers/promises';

/** What a server said. */
export type Answer = {
  readonly status: number;
  /** Of JSON; undefined of anything else. */
  readonly value: unknown;
  /** Where it tells what is wrong. */
  readonly words: string;
};

export type Question = {
  readonly url: string;
  readonly key: string | undefined;
  readonly form: FormData;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
};

const mostBytes = 8 * 1024 * 1024;
const mostWords = 300;
const mostWaits = 3;
const longestWaitMs = 60_000;

/** Sends a form and waits for all of the answer. When the server has too much to do, it is asked again. */
export async function askServer(question: Question): Promise<Answer> {
  for (let waits = 0; ; waits++) {
    const { answer, retryAfterMs } = await askOnce(question);
    const isBusy = answer.status === 429 || answer.status === 503;
    const mayWait = retryAfterMs !== undefined && retryAfterMs <= longestWaitMs;
    if (!isBusy || !mayWait || waits === mostWaits) return answer;
    await sleep(retryAfterMs, undefined, { signal: question.signal });
  }
}

async function askOnce({ url, key, form, signal, timeoutMs }: Question) {
  const { host } = new URL(url);
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(addressOf(url), {
      method: 'POST',
      body: form,
      headers: { accept: 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
      // It has no reason to send us elsewhere, and our key is not for others.
      redirect: 'error',
      signal: AbortSignal.any([signal, timeout]),
    });
    const text = await readText(response);
    const { status, headers } = response;
    const value = parse(text);
    const answer = { status, value, words: status === 200 ? '' : wordsOf(value, text) };
    return { answer, retryAfterMs: readRetryAfter(headers.get('retry-after')) };
  } catch (cause) {
    signal.throwIfAborted();
    const what = timeout.aborted
      ? `did not answer within ${Math.round(timeoutMs / 1_000)} s`
      : `cannot be reached, or broke off: ${describe(cause)}`;
    throw new Error(`the speech server ${host} ${what}`, { cause });
  }
}

/** With or without the version at its end, as people write it. */
function addressOf(url: string): string {
  const base = url.replace(/\/+$/, '').replace(/\/audio\/transcriptions$/, '');
  return `${/\/v\d+$/.test(base) ? base : `${base}/v1`}/audio/transcriptions`;
}

async function readText(response: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > mostBytes) throw new Error('it answers more than a transcription can have');
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** OpenAI tells a message, FastAPI a detail, others only a line. */
function wordsOf(value: unknown, text: string): string {
  const error = fieldOf(value, 'error');
  const told = [
    fieldOf(error, 'message'),
    error,
    fieldOf(value, 'detail'),
    fieldOf(value, 'message'),
  ];
  const code = fieldOf(error, 'code');
  const words = told.find((one) => typeof one === 'string') ?? text;
  return `${words}${typeof code === 'string' ? ` (${code})` : ''}`
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, mostWords);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}

function readRetryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1_000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
