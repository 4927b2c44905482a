import { cleanText } from '@lectern/db/graph/read-json';
import type { CourseFields } from './draft.ts';
import { type Fields, listOf, pick, textOf } from './fields.ts';

const most = { title: 200, description: 10_000, level: 50, tag: 50, tags: 20 } as const;

/** What a course's row takes of these fields; the rest is said in `changes`. */
export function takeCourse(
  fields: Fields,
  { fallbackTitle, changes }: { readonly fallbackTitle: string; readonly changes: string[] },
): CourseFields {
  const given = cleanLine(textOf(pick(fields, 'title', 'name', 'label')) ?? '');
  if (given === '') changes.push('It had no title and got that of its file.');
  const title = cut(given === '' ? cleanLine(fallbackTitle) : given, most.title);
  if (given !== '' && title !== given) changes.push('Its title was too long and is cut.');

  const whole = (textOf(pick(fields, 'description', 'summary')) ?? '').trim();
  const description = cut(whole, most.description);
  if (description !== whole) changes.push('Its description was too long and is cut.');

  const stated = textOf(pick(fields, 'language', 'lang', 'locale')) ?? 'en';
  const isLanguage = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/.test(stated) && stated.length <= 35;
  if (!isLanguage) changes.push('Its language is not one; it is taken for English.');

  const level = cut(cleanLine(textOf(pick(fields, 'level', 'difficulty')) ?? ''), most.level);
  const words = listOf(pick(fields, 'tags', 'keywords')).flatMap((tag) => textOf(tag) ?? []);
  const tags = [...new Set(words.map((tag) => cut(cleanLine(tag), most.tag)))].filter(Boolean);
  if (tags.length > most.tags) changes.push(`Of its tags the first ${most.tags} are kept.`);

  if (pick(fields, 'visibility') === 'public' || pick(fields, 'status') === 'published') {
    changes.push('It is a draft that only you see, until you publish it.');
  }
  return {
    title: title === '' ? 'Untitled' : title,
    description,
    language: isLanguage ? stated : 'en',
    level: level === '' ? null : level,
    tags: tags.slice(0, most.tags),
  };
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
