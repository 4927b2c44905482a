import type { Locale } from '@lectern/db/postgres/tables';
import type { Letter, LetterKind, Texts, Wording } from './letter.ts';
import { renderMailPage } from './render-mail-page.ts';
import { renderMailText } from './render-mail-text.ts';
import { textsEn } from './texts-en.ts';
import { textsRu } from './texts-ru.ts';

export type ComposedMail = {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
};

const texts: Readonly<Record<Locale, Texts>> = { en: textsEn, ru: textsRu };

/** Longer ones are cut off by mailboxes anyway. */
const longestSubject = 150;

/** Writes the letter in the reader's language, as plain text and as a page. */
export function composeMail(letter: Letter, locale: Locale): ComposedMail {
  const { linkHint } = texts[locale];
  const wording = tidyWording(wordLetter(texts[locale], letter));
  return {
    subject: wording.subject,
    text: renderMailText(wording),
    html: renderMailPage(wording, { locale, linkHint }),
  };
}

function wordLetter<Kind extends LetterKind>({ letters }: Texts, letter: Letter<Kind>): Wording {
  return letters[letter.kind](letter);
}

/** What people typed is in here: a line break in a name must not become one in a header. */
function tidyWording({ subject, greeting, paragraphs, why, ...rest }: Wording): Wording {
  return {
    ...rest,
    subject: clip(toOneLine(subject), longestSubject),
    greeting: toOneLine(greeting),
    paragraphs: paragraphs.map(toOneLine),
    why: toOneLine(why),
  };
}

/** Control characters break lines; those of direction make text read as what it is not. */
const unprintable = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

function toOneLine(text: string): string {
  return text.toWellFormed().replace(unprintable, ' ').replace(/ {2,}/g, ' ').trim();
}

function clip(text: string, longest: number): string {
  const characters = Array.from(new Intl.Segmenter().segment(text), ({ segment }) => segment);
  if (characters.length <= longest) return text;
  return `${characters.slice(0, longest - 1).join('')}…`;
}
