import type { Config } from '@lectern/db/config';
import type { SeenProcess } from '@lectern/db/postgres/processes';
import type { Sight } from './look-at-parts.ts';

/** `off` is as it was set up; `unknown` cannot be told while the database is away. */
export type PartState = 'good' | 'warn' | 'bad' | 'off' | 'unknown';

/** A part of the installation in words for whoever opens the first page: no hosts, ids or versions. */
export type DescribedPart = {
  readonly name: string;
  readonly state: PartState;
  readonly word: string;
  readonly note: string;
};

type Settings = Pick<Config, 'queueUrl' | 'redisUrl' | 'objectsUrl' | 'telegramToken'>;

export const databaseName = 'Database';

/** Work that is due and waits longer than this deserves a look. */
const slowSeconds = 60;

export function describeParts(sight: Sight, settings: Settings): readonly DescribedPart[] {
  return [
    {
      name: databaseName,
      ...answer(sight.database),
      note: 'PostgreSQL. Everything that must not be lost is here.',
    },
    describeQueue(sight, settings),
    {
      name: 'Files',
      ...answer(sight.objects),
      note: settings.objectsUrl === undefined ? 'In a folder of this installation.' : 'In S3.',
    },
    {
      name: 'Bus',
      ...answer(sight.bus),
      note: `Messages between processes, over ${settings.redisUrl === undefined ? 'PostgreSQL' : 'Redis'}.`,
    },
    {
      name: 'Cache',
      ...answer(sight.cache),
      note: settings.redisUrl === undefined ? 'In memory.' : 'In Redis.',
    },
    describeRelay(sight.processes),
    ...describeWorkers(sight.processes),
    describeOperations(sight.processes),
    describeBot(sight.processes, settings),
  ];
}

function answer(isUp: boolean): Pick<DescribedPart, 'state' | 'word'> {
  return isUp ? { state: 'good', word: 'Answers' } : { state: 'bad', word: 'Does not answer' };
}

const untold = {
  state: 'unknown',
  word: 'Unknown',
  note: 'The database does not answer, so nobody can say.',
} as const;

function describeQueue({ queueServer, queues }: Sight, { queueUrl }: Settings): DescribedPart {
  const name = 'Queue';
  const where = queueUrl === undefined ? 'In PostgreSQL.' : 'In Redis.';
  if (!queueServer) return { name, ...answer(false), note: where };
  if (queues === undefined) return { name, ...untold };
  const waiting = queues.reduce((sum, queue) => sum + queue.waiting, 0);
  if (waiting === 0) return { name, ...answer(true), note: `${where} Nothing waits.` };
  const oldest = Math.max(...queues.map(({ oldestSeconds }) => oldestSeconds));
  const jobs = waiting === 1 ? '1 job waits' : `${waiting} jobs wait, the oldest`;
  return {
    name,
    state: oldest > slowSeconds ? 'warn' : 'good',
    word: oldest > slowSeconds ? 'Behind' : 'Answers',
    note: `${where} ${jobs} for ${describeSeconds(oldest)}.`,
  };
}

type Processes = readonly SeenProcess[] | undefined;

function describeRelay(processes: Processes): DescribedPart {
  const name = 'Relay';
  if (processes === undefined) return { name, ...untold };
  if (withRole(processes, 'relay').length > 0) {
    return { name, state: 'good', word: 'Runs', note: 'Hands accepted work to the queue.' };
  }
  const note = 'Work is accepted and kept, and begins when the relay runs.';
  return { name, state: 'bad', word: 'Does not run', note };
}

/** One entry for each set of workers that processes take, however many processes take it. */
function describeWorkers(processes: Processes): readonly DescribedPart[] {
  if (processes === undefined) return [{ name: 'Workers', ...untold }];
  const workers = withRole(processes, 'workers');
  if (workers.length === 0) {
    const note = 'Files are accepted and kept, and wait to be read.';
    return [{ name: 'Workers', state: 'bad', word: 'None runs', note }];
  }
  const groups = Map.groupBy(workers, ({ takes }) => takes.toSorted().join(', '));
  return [...groups].map(([takes, { length }]) => ({
    name: 'Workers',
    state: 'good',
    word: length === 1 ? 'Runs' : `${length} run`,
    note: `Takes ${takes}.`,
  }));
}

function describeOperations(processes: Processes): DescribedPart {
  const name = 'Operations dashboard';
  if (processes === undefined) return { name, ...untold };
  const note = 'Shows operators the queues.';
  return withRole(processes, 'operations').length > 0
    ? { name, state: 'good', word: 'Runs', note }
    : { name, state: 'warn', word: 'Does not run', note };
}

function describeBot(processes: Processes, { telegramToken }: Settings): DescribedPart {
  const name = 'Telegram bot';
  if (processes !== undefined && withRole(processes, 'telegram').length > 0) {
    return { name, state: 'good', word: 'Runs', note: 'Answers people in Telegram.' };
  }
  if (telegramToken === undefined) {
    return { name, state: 'off', word: 'Off', note: 'TELEGRAM_BOT_TOKEN turns it on.' };
  }
  if (processes === undefined) return { name, ...untold };
  return { name, state: 'warn', word: 'Does not run', note: 'It has a token and is not running.' };
}

function withRole(processes: readonly SeenProcess[], role: string): readonly SeenProcess[] {
  return processes.filter((process) => process.role === role);
}

export function describeSeconds(seconds: number): string {
  if (seconds < 1) return 'less than a second';
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)} minutes`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3_600)} hours`;
  return `${Math.floor(seconds / 86_400)} days`;
}
