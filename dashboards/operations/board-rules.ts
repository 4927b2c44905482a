import type { BeforeHookResult, HookContext } from '@bull-board/api/typings/app';
import { isId } from '@lectern/db/jobs/define-job';
import type { Db } from '@lectern/db/postgres/connect';
import { reviveRun } from '@lectern/db/postgres/dead-letters';

/** What the board offers but the product's own rows contradict, and what to do instead. */
const refused: Readonly<Record<string, string>> = {
  '/api/queues/:queueName/add':
    'A job begins with the row it is about, so it is made through the API and not here.',
  '/api/queues/:queueName/:jobId/update-data':
    'What a job is given stands in its run; the queue holds only the id of it.',
  '/api/queues/:queueName/retry/:queueStatus':
    'For many at once: npm run jobs -- retry, with a filter such as --job or --error.',
  '/api/queues/:queueName/empty': 'Jobs that wait are kept in the database and would come back.',
  '/api/queues/:queueName/obliterate': 'Jobs are kept in the database and would come back.',
};

const endedStates = new Set<unknown>(['completed', 'failed']);

/**
 * Bull Board calls this before each of its routes. Pausing, promoting and forgetting jobs that have
 * ended are right as they are; removing an open job would be undone by the reconciler. A retry is
 * written to the ledger first, because a delivery alone does not bring a failed run back.
 */
export function keepToTheLedger(db: Db) {
  return async ({ route, request }: HookContext): Promise<BeforeHookResult> => {
    const reason = refused[route];
    if (reason !== undefined) return refuse(reason);
    if (route.endsWith('/clean/:queueStatus') && !endedStates.has(request.params['queueStatus'])) {
      return refuse(openJob);
    }
    if (route.endsWith('/:jobId/clean') && !(await hasEnded(request))) return refuse(openJob);
    const line = String(request.params['jobId']);
    if (route.endsWith('/:jobId/retry') && !(isId(line) && (await reviveRun(db, line)))) {
      return refuse(notFailed);
    }
    return undefined;
  };
}

const notFailed =
  'Only a run that failed can be tried again here. For a cancelled one: npm run jobs -- retry --state cancelled.';

function findJob({ queues, params }: HookContext['request']) {
  return queues.get(String(params['queueName']))?.getJob(String(params['jobId']));
}

const openJob =
  'Only jobs that have ended can be removed here: open ones are kept in the database and would come back.';

async function hasEnded(request: HookContext['request']): Promise<boolean> {
  const job = await findJob(request);
  return job ? endedStates.has(await job.getState()) : true;
}

function refuse(message: string): BeforeHookResult {
  return { allow: false, status: 403, message };
}
