import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import { contracts } from '@lectern/db/jobs/contracts';
import type { Store } from '@lectern/db/open';
import type { FastifyPluginCallback } from 'fastify';
import { keepToTheLedger } from './board-rules.ts';

/** What is done stays done; to have it again is asked for through the API. */
const retries = { allowRetries: true, allowCompletedRetries: false };

/** Bull Board over the queue of every job, on whichever server the queues live. */
export function queueBoard(
  { queues, postgres }: Pick<Store, 'queues' | 'postgres'>,
  basePath: string,
) {
  const serverAdapter = new FastifyAdapter().setBasePath(basePath);
  createBullBoard({
    serverAdapter,
    queues: contracts.map(({ name }) => new BullMQAdapter(asBoardQueue(queues.get(name)), retries)),
    options: {
      handlerHooks: { before: keepToTheLedger(postgres) },
      uiConfig: {
        boardTitle: 'Lectern queues',
        boardLogo: { path: '/favicon.svg', width: 28, height: 28 },
        favIcon: { default: '/favicon.svg', alternative: '/favicon.svg' },
        hideDocsLink: true,
        hideRedisDetails: queues.kind === 'postgres',
        miscLinks: [
          { text: 'Operations', url: '/ops' },
          { text: 'Start page', url: '/' },
        ],
      },
    },
  });
  const plugin: FastifyPluginCallback = serverAdapter.registerPlugin();
  return plugin;
}

type BoardQueue = ConstructorParameters<typeof BullMQAdapter>[0];

/** Bull Board names the queue of one backend in its types and works with both. */
function asBoardQueue(queue: object): BoardQueue {
  if (isBoardQueue(queue)) return queue;
  throw new Error('Bull Board does not take this queue: the versions of it and bullmq do not fit');
}

function isBoardQueue(queue: object): queue is BoardQueue {
  return 'getJobCounts' in queue && 'getJobs' in queue && 'isPaused' in queue;
}
