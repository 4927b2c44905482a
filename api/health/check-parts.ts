import { setTimeout as sleep } from 'node:timers/promises';
import { SealKeyUnknown } from '@lectern/db/objects/objects';
import type { Store } from '@lectern/db/open';
import { findCanaryState, sendOrFindCanary } from '@lectern/db/postgres/canary-runs';
import { newId } from '@lectern/db/postgres/new-id';
import { pingDatabase } from '@lectern/db/postgres/ping';

/** Something the API needs, and whether it answered. */
export type Part = {
  readonly name: string;
  readonly ok: boolean;
  readonly detail?: string;
  readonly ms: number;
};

type Check = { readonly limitMs: number; readonly run: (signal: AbortSignal) => Promise<void> };

/** Said to whoever asks; the cause of anything else goes to the log. */
class NotOk extends Error {
  override readonly name = 'NotOk';
}

/** Asks everything at the same time. One part that is away neither hides nor delays another. */
export function checkParts(store: Store, requestId: string): Promise<Part[]> {
  const checks: Readonly<Record<string, Check>> = {
    database: { limitMs: 2_000, run: () => pingDatabase(store.postgres) },
    objects: { limitMs: 2_000, run: () => store.objects.check() },
    bus: { limitMs: 2_000, run: (signal) => checkBus(store, signal) },
    cache: { limitMs: 2_000, run: () => checkCache(store) },
    queue: { limitMs: 5_000, run: (signal) => checkQueue(store, requestId, signal) },
  };
  return Promise.all(Object.entries(checks).map(([name, check]) => checkPart(store, name, check)));
}

async function checkPart({ log }: Store, name: string, { limitMs, run }: Check): Promise<Part> {
  const startedMs = performance.now();
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, AbortSignal.timeout(limitMs)]);
  const since = () => Math.round(performance.now() - startedMs);
  try {
    await Promise.race([run(signal), tooLate(limitMs, ended.signal)]);
    return { name, ok: true, ms: since() };
  } catch (error) {
    const detail = explain(error);
    log.warn({ part: name, ms: since(), err: error }, 'a part is not ready');
    return { name, ok: false, detail, ms: since() };
  } finally {
    ended.abort();
  }
}

function explain(error: unknown): string {
  if (error instanceof SealKeyUnknown)
    return 'files in it are sealed with a key that is not in OBJECTS_KEY';
  return error instanceof NotOk ? error.message : 'does not answer';
}

async function tooLate(limitMs: number, signal: AbortSignal): Promise<never> {
  // A little later than the check's own limit, because that can say more.
  await sleep(limitMs + 200, undefined, { signal }).catch(() => undefined);
  throw new NotOk(`did not answer within ${limitMs / 1_000} s`);
}

/** A message to ourselves has to come back. */
export async function checkBus({ bus }: Store, signal: AbortSignal): Promise<void> {
  const topic = `ready:${newId()}`;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => reject(new NotOk('a message did not arrive')));
  // It may be too late before anybody waits for it: the subscription can take as long.
  promise.catch(() => undefined);
  const unsubscribe = await bus.subscribe(topic, () => resolve());
  try {
    await bus.publish(topic, 'ready');
    await promise;
  } finally {
    await unsubscribe();
  }
}

export async function checkCache({ cache }: Store): Promise<void> {
  const key = `ready:${newId()}`;
  await cache.set(key, true, 5_000);
  if ((await cache.get<boolean>(key)) !== true) throw new NotOk('did not keep a value');
  await cache.delete(key);
}

/** A run that does nothing has to come out at the other end of outbox, relay, queue and worker. */
async function checkQueue(store: Store, requestId: string, signal: AbortSignal): Promise<void> {
  const { postgres, queues } = store;
  const runId = await sendOrFindCanary(postgres, requestId);
  queues.wakeRelay();
  for (let pauseMs = 10; !signal.aborted; pauseMs = Math.min(pauseMs * 2, 200)) {
    const state = await findCanaryState(postgres, runId);
    // Ended runs are tidied away after a while: a run that is gone has ended.
    if (state === undefined || state === 'done') return;
    if (state === 'failed' || state === 'cancelled') throw new NotOk(`the canary ${state}`);
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
  throw new NotOk('a canary was not worked on in time: is a worker running?');
}
