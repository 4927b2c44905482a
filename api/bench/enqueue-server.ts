import { readConfig } from '@lectern/db/config';
import { sendCanary } from '@lectern/db/jobs/canary';
import { open } from '@lectern/db/open';
import { withRun } from '@lectern/db/postgres/enqueue';
import { newId } from '@lectern/db/postgres/new-id';
import { logInAs } from '@lectern/db/testing/log-in-as';
import { Type } from 'typebox';
import { buildApp } from '../app.ts';

// The API with three more routes that answer the same POST: by a row alone, by the row with its run and
// outbox line, and by the row and a job that is added to the queue at once.

const store = open(readConfig(process.env, null), 'bench');
const { postgres, queues } = store;
const { userId } = await logInAs(store, 'user');
const app = await buildApp(store);

const options = {
  config: { access: 'public' },
  schema: {
    hide: true,
    body: Type.Object({ title: Type.String() }, { additionalProperties: false }),
    response: { 201: Type.Object({ id: Type.String() }) },
  },
} as const;

const rowOf = (title: string) => ({ id: newId(), owner_id: userId, title, level: null });

app.post('/bench/row', options, async ({ body }, reply) => {
  const row = rowOf(body.title);
  await postgres.insertInto('courses').values(row).execute();
  return reply.code(201).send({ id: row.id });
});

app.post('/bench/outbox', options, async ({ body, id }, reply) => {
  const row = rowOf(body.title);
  await withRun(postgres, sendCanary, {}, { owner: userId, requestId: id })
    .insertInto('courses')
    .values(row)
    .execute();
  return reply.code(201).send({ id: row.id });
});

app.post('/bench/queue', options, async ({ body }, reply) => {
  const row = rowOf(body.title);
  await postgres.insertInto('courses').values(row).execute();
  await queues.get(sendCanary.name).add(sendCanary.name, { runId: row.id }, { jobId: newId() });
  return reply.code(201).send({ id: row.id });
});

await queues.get(sendCanary.name).waitUntilReady();
const address = await app.listen({ host: '127.0.0.1', port: 0 });
process.on('disconnect', () => process.exit(0));
process.send?.({ address });
