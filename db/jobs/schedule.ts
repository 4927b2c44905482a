import type { JobContract } from './define-job.ts';
import { tidySystem } from './tidy.ts';

/** What runs again and again without anybody asking. */
export type Schedule = {
  readonly name: string;
  readonly job: JobContract;
  readonly everyMs: number;
};

export const schedules: readonly Schedule[] = [
  { name: 'tidy-hourly', job: tidySystem, everyMs: 60 * 60_000 },
];
