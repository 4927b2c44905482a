import { Cancel } from '@lectern/db/queue/outcomes';

export function courseGone(): Cancel {
  return new Cancel('course_gone', 'The course was deleted.');
}
