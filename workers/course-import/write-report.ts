import type { ImportItem, ImportReport, VerifiedCourse } from '@lectern/db/jobs/import-report';

/** More is no reading; what was changed or left out is told before what went as it was. */
const mostItems = 20_000;

export function writeReport(
  format: ImportReport['format'],
  {
    items,
    verified,
  }: {
    readonly items: readonly ImportItem[];
    readonly verified: readonly VerifiedCourse[];
  },
): ImportReport {
  const count = (result: ImportItem['result']) =>
    items.filter((item) => item.result === result).length;
  const listed =
    items.length <= mostItems
      ? items
      : items.toSorted((a, b) => rank(a) - rank(b)).slice(0, mostItems);
  const unlisted = items.length - listed.length;
  return {
    format,
    counts: {
      imported: count('imported'),
      changed: count('changed'),
      left_out: count('left_out'),
    },
    items: [...listed],
    ...(unlisted > 0 && { itemsNotListed: unlisted }),
    courses: verified.map(({ courseId }) => courseId),
    verification: {
      isEqual: verified.every(({ isEqual }) => isEqual),
      courses: [...verified],
    },
  };
}

function rank({ kind, result }: ImportItem): number {
  if (kind === 'course' && result !== 'left_out') return 0;
  return ['left_out', 'changed', 'imported'].indexOf(result) + 1;
}
