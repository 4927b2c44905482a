import { canonicalTag } from '@lectern/db/materials/language-codes';

/** The language as BCP 47 writes it (`eng` is `en`); undefined where nobody knows, and of what is no tag. */
export function tagOf(language: string | null): string | undefined {
  if (language === null || !/^[a-z]{2,3}(?:-[a-z\d]{2,8})*$/i.test(language)) return undefined;
  return canonicalTag(language);
}

/** What the language is called in itself; undefined where nobody knows. */
export function nameLanguage(language: string | null): string | undefined {
  const tag = tagOf(language);
  if (tag === undefined) return undefined;
  const name = new Intl.DisplayNames([tag], { type: 'language', fallback: 'none' }).of(tag);
  return name && name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}

/** How captions are called where people choose them; those that a program often hears wrong say so. */
export function nameCaptions(language: string, isDraft: boolean): string {
  const name = nameLanguage(language) ?? 'Captions';
  return isDraft ? `${name} (rough draft)` : name;
}
