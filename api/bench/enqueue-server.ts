import { readConfig } from '@lectern/db/config';
import { sendCanary } from '@lectern/db/jobs/canary';
import { open } from '@lectern/db/open';
import { withRun } from '@lectern/db/postgres/enqueue';
import { newId } from '@lectern/db/postgres/new-id';
import { logInAs } from '@lectern/db/testing/log-in-as';
import Fastify from 'fastify';

// Three ways to answer the same POST, in a process of their own: a row alone, the row with its run and
// outbox line, and the row with a job that is added to the queue at once.

const store = open(readConfig(process.env, null), 'bench');
const { postgres, queues } = store;
const { userId } = await logInAs(store, 'user');
const app = Fastify();
const body = {
  type: 'object',
  required: ['title'],
  properties: { title: { type: 'string' } },
} as const;

type Body = { Body: { title: string } };

const rowOf = (title: string) => ({ id: newId(), owner_id: userId, title, level: null });

app.post<Body>('/row', { schema: { body } }, async (request, reply) => {
  const row = rowOf(request.body.title);
  await postgres.insertInto('courses').values(row).execute();
  return reply.code(201).send({ id: row.id });
});

app.post<Body>('/outbox', { schema: { body } }, async (request, reply) => {
  const row = rowOf(request.body.title);
  await withRun(postgres, sendCanary, {}, { owner: userId, requestId: request.id })
    .insertInto('courses')
    .values(row)
    .execute();
  queues.wakeRelay();
  return reply.code(201).send({ id: row.id });
});

app.post<Body>('/queue', { schema: { body } }, async (request, reply) => {
  const row = rowOf(request.body.title);
  await postgres.insertInto('courses').values(row).execute();
  await queues.get(sendCanary.name).add(sendCanary.name, { runId: row.id }, { jobId: newId() });
  return reply.code(201).send({ id: row.id });
});

await queues.get(sendCanary.name).waitUntilReady();
const address = await app.listen({ host: '127.0.0.1', port: 0 });
process.on('disconnect', () => process.exit(0));
process.send?.({ address });
