import type { BeforeHookResult, HookContext } from '@bull-board/api/typings/app';

/** What the board offers but the product's own rows contradict, and what to do instead. */
const refused: Readonly<Record<string, string>> = {
  '/api/queues/:queueName/add':
    'A job begins with the row it is about, so it is made through the API and not here.',
  '/api/queues/:queueName/:jobId/update-data':
    'What a job is given stands in its run; the queue holds only the id of it.',
  '/api/queues/:queueName/empty': 'Jobs that wait are kept in the database and would come back.',
  '/api/queues/:queueName/obliterate': 'Jobs are kept in the database and would come back.',
};

const endedStates = new Set<unknown>(['completed', 'failed']);

/**
 * Bull Board calls this before each of its routes. Pausing, retrying, promoting and forgetting jobs
 * that have ended are right as they are; removing an open job would be undone by the reconciler.
 */
export async function refuseWhatTheLedgerUndoes({
  route,
  request,
}: HookContext): Promise<BeforeHookResult> {
  const reason = refused[route];
  if (reason !== undefined) return refuse(reason);
  if (route.endsWith('/clean/:queueStatus') && !endedStates.has(request.params['queueStatus'])) {
    return refuse(openJob);
  }
  if (route.endsWith('/:jobId/clean') && !(await hasEnded(request))) return refuse(openJob);
  return undefined;
}

const openJob =
  'Only jobs that have ended can be removed here: open ones are kept in the database and would come back.';

async function hasEnded({ queues, params }: HookContext['request']): Promise<boolean> {
  const job = await queues.get(String(params['queueName']))?.getJob(String(params['jobId']));
  return job ? endedStates.has(await job.getState()) : true;
}

function refuse(message: string): BeforeHookResult {
  return { allow: false, status: 403, message };
}
