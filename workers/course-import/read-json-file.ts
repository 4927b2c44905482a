import type { ImportItem } from '@lectern/db/jobs/import-report';
import { deriveId } from '@lectern/db/postgres/derive-id';
import { type CourseFile, type Draft, Refusal } from './draft.ts';
import { type Fields, isFields, noteOthers, pick, showName } from './fields.ts';
import { isBrowserCourse, readBrowser } from './read-browser.ts';
import { isLecternCourse, readLectern } from './read-lectern.ts';

export type Given = { readonly importId: string; readonly fallbackTitle: string };

const mostCourses = 200;

/** One course or a list of them, as Lectern writes it or as the older tool kept it in the browser. */
export function readJsonFile(text: string, { importId, fallbackTitle }: Given): CourseFile {
  const value = unfold(parse(text));
  const list = isFields(value) ? unfold(pick(value, 'courses') ?? [value]) : value;
  if (!Array.isArray(list)) throw notACourse();
  const drafts: Draft[] = [];
  const items: ImportItem[] = isFields(value) && 'courses' in value ? leaveOutBeside(value) : [];
  let format: CourseFile['format'] = 'browser';
  for (const [index, entry] of list.entries()) {
    const raw = { id: deriveId(importId, `course ${index}`), fallbackTitle };
    const isOurs = isLecternCourse(entry);
    if (isOurs) format = 'lectern';
    if (index < mostCourses && isOurs) drafts.push(readLectern(entry, raw));
    else if (index < mostCourses && isBrowserCourse(entry)) drafts.push(readBrowser(entry, raw));
    else items.push(leaveOut(entry, index));
  }
  if (drafts.length === 0) throw notACourse();
  return { format, drafts, items };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? showName(cause.message.replace(/"[^]*"\.*/, '')) : '';
    throw new Refusal('file_not_json', `The file is not whole JSON: ${reason}.`, { cause });
  }
}

/** A browser keeps texts alone, so that some files are JSON within JSON. */
function unfold(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  return parse(value);
}

function leaveOutBeside(file: Fields): ImportItem[] {
  const changes: string[] = [];
  noteOthers(file, [['courses']], changes);
  return changes.map((reason) => ({
    kind: 'course',
    id: '',
    title: '',
    result: 'left_out',
    reason: `What the file has beside its courses: ${reason}`,
  }));
}

function leaveOut(entry: unknown, index: number): ImportItem {
  const fields = isFields(entry) ? entry : {};
  const reason =
    index >= mostCourses
      ? `One file brings at most ${mostCourses} courses.`
      : `Entry ${index + 1} of the file is not a course.`;
  const title = showName(pick(fields, 'title', 'name'));
  return { kind: 'course', id: showName(fields['id']), title, result: 'left_out', reason };
}

function notACourse(): Refusal {
  const message =
    'There is no course in this JSON: it is neither an export of Lectern nor a list of courses with `nodes`.';
  return new Refusal('no_course', message);
}
