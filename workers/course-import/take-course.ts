import { cleanText } from '@lectern/db/graph/read-json';
import type { CourseFields } from './draft.ts';
import {
  type Fields,
  isFields,
  listOf,
  noteOthers,
  pick,
  showName,
  takeText,
  textOf,
} from './fields.ts';

const most = { title: 200, description: 10_000, level: 50, tag: 50, tags: 20 } as const;

const names = {
  title: ['title', 'name', 'label'],
  description: ['description', 'summary'],
  language: ['language', 'lang', 'locale'],
  level: ['level', 'difficulty'],
  tags: ['tags', 'keywords'],
} as const;
/** What readers of files take besides, or what needs no word. */
const others = ['id', 'visibility', 'status', 'nodes', 'elements'].map((name) => [name]);
const lists = [
  ['edges', 'connections'],
  ['materials', 'files', 'attachments'],
];

/** What a course's row takes of these fields; the rest is said in `changes`. */
export function takeCourse(
  fields: Fields,
  { fallbackTitle, changes }: { readonly fallbackTitle: string; readonly changes: string[] },
): CourseFields {
  const given = cleanLine(takeText(pick(fields, ...names.title), 'title', changes));
  if (given === '') changes.push('It had no title and got that of its file.');
  const title = cut(given === '' ? cleanLine(fallbackTitle) : given, most.title);
  if (given !== '' && title !== given) changes.push('Its title was too long and is cut.');

  const whole = takeText(pick(fields, ...names.description), 'description', changes).trim();
  const description = cut(whole, most.description);
  if (description !== whole) changes.push('Its description was too long and is cut.');

  const stated = takeText(pick(fields, ...names.language), 'language', changes) || 'en';
  const isLanguage = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(stated) && stated.length <= 35;
  if (!isLanguage) {
    changes.push(`Its language “${showName(stated)}” is not one; it is taken for English.`);
  }

  const named = cleanLine(takeText(pick(fields, ...names.level), 'level', changes));
  const level = cut(named, most.level);
  if (level !== named) changes.push('Its level was too long and is cut.');
  const tags = takeTags(pick(fields, ...names.tags), changes);

  if (pick(fields, 'visibility') === 'public' || pick(fields, 'status') === 'published') {
    changes.push('It is a draft that only you see, until you publish it.');
  }
  noteOthers(fields, [...Object.values(names), ...others, ...lists], changes);
  return {
    title: title === '' ? 'Untitled' : title,
    description,
    language: isLanguage ? stated : 'en',
    level: level === '' ? null : level,
    tags,
  };
}

/** Each as a word of its own; some wrote all of them in one line. */
function takeTags(value: unknown, changes: string[]): string[] {
  const line = textOf(value);
  const list = line === undefined ? listOf(value, 'tags', changes) : line.split(',');
  const words = list.flatMap((tag) => {
    const word = takeText(isFields(tag) ? pick(tag, ...names.title) : tag, 'tag', changes);
    return cleanLine(word) || [];
  });
  const tags = [...new Set(words.map((word) => cut(word, most.tag)))];
  const long = words.find((word) => word.length > most.tag);
  if (long !== undefined) changes.push(`Its tag “${showName(long)}” was too long and is cut.`);
  if (tags.length > most.tags) changes.push(`Of its tags the first ${most.tags} are kept.`);
  return tags.slice(0, most.tags);
}

/** One line, without what controls how it is shown. */
function cleanLine(text: string): string {
  const start = cleanText(text.slice(0, 10_000));
  return start.replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim();
}

/** Whole characters of a text. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  return (
    text
      .slice(0, length - 1)
      .toWellFormed()
      .replace(/\ufffd$/, '')
      .trimEnd() + '…'
  );
}
