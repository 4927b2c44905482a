import { existsSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob, Id } from '@lectern/db/jobs/define-job';
import type { Objects } from '@lectern/db/objects/objects';
import { Cancel, Snooze } from '@lectern/db/queue/outcomes';
import { Type } from 'typebox';
import { defineWorker, type WorkerDefinition } from '../runtime/define-worker.ts';

const retry = { attempts: 3, delayMs: 20, maxDelayMs: 50 };

/** Counts its tries in a file, one line each, and behaves as its payload says. */
export const tryOut = defineJob({
  name: 'test.tryout',
  payload: Type.Object({
    file: Type.String(),
    label: Type.String(),
    act: Type.String(),
    ms: Type.Optional(Type.Number()),
  }),
  retry,
  deadlineMs: 60_000,
});

/** The same with a deadline that a test can wait for. */
export const tryBriefly = defineJob({ ...tryOut, name: 'test.briefly', deadlineMs: 200 });

/** Has an effect outside, keyed by what it is about. */
export const sendOut = defineJob({
  name: 'test.send',
  payload: Type.Object({ file: Type.String(), key: Id, ms: Type.Number() }),
});

/** Writes one row per claim, so that a write by a worker that had lost the run would show. */
export const writeDown = defineJob({
  name: 'test.write',
  payload: Type.Object({ ms: Type.Number() }),
});

type TryOut = { file: string; label: string; act: string; ms?: number };

async function behave(
  { file, label, act, ms = 0 }: TryOut,
  { attempts, signal, objects }: { attempts: number; signal: AbortSignal; objects: Objects },
): Promise<void> {
  await appendFile(file, `${label}\n`);
  if (act === 'work') await sleep(ms, undefined, { signal });
  if (act === 'hold') while (!existsSync(`${file}.go`)) await sleep(20, undefined, { signal });
  if (act === 'ignore-signal') await sleep(ms);
  if (act === 'throw') throw Object.assign(new Error('secret inner reason'), { code: 'EINNER' });
  if (act === 'throw-once' && attempts === 0) throw new Error('first try fails');
  if (act === 'cancel') throw new Cancel('not_wanted', 'Nobody wants this.');
  if (act === 'snooze' && ms > Date.now()) throw new Snooze(new Date(ms));
  if (act === 'block') for (;;) Math.random(); // only SIGKILL ends it
  if (act === 'read') await buffer(await objects.read(label));
  if (act === 'crash') process.kill(process.pid, 'SIGKILL');
}

export const registry: readonly WorkerDefinition[] = [
  defineWorker({
    name: 'tryout',
    job: tryOut,
    concurrency: 10,
    handle: async ({ payload, run, signal, store: { objects } }) => {
      await behave(payload, { attempts: run.attempts, signal, objects });
    },
  }),
  defineWorker({
    name: 'briefly',
    job: tryBriefly,
    concurrency: 2,
    handle: async ({ payload, run, signal, store: { objects } }) => {
      await behave(payload, { attempts: run.attempts, signal, objects });
    },
  }),
  defineWorker({
    name: 'send',
    job: sendOut,
    concurrency: 5,
    handle: async ({ payload, once, signal }) => {
      await once(`test:${payload.key}`, async () => {
        await appendFile(payload.file, `${payload.key}\n`);
        await sleep(payload.ms, undefined, { signal });
        return 'sent';
      });
    },
  }),
  defineWorker({
    name: 'write',
    job: writeDown,
    concurrency: 5,
    handle: async ({ payload, run }) => {
      await sleep(payload.ms);
      return async (tx) => {
        const key = `write:${run.id}:${run.fence}`;
        await tx.insertInto('effects').values({ key, state: 'done', result: null }).execute();
      };
    },
  }),
];
