/** What an accent that is drawn as a letter of its own becomes when it stands over one. */
const combining: ReadonlyMap<string, string> = new Map([
  ['\u00a8', '\u0308'],
  ['\u00b4', '\u0301'],
  ['\u02c6', '\u0302'],
  ['\u02dc', '\u0303'],
  ['\u02d8', '\u0306'],
  ['\u02d9', '\u0307'],
  ['\u02da', '\u030a'],
  ['\u02dd', '\u030b'],
  ['\u02c7', '\u030c'],
  ['\u00b8', '\u0327'],
]);

const accents = '\u00a8\u00b4\u02c6\u02dc\u02d8\u02d9\u02da\u02dd\u02c7\u00b8';
const pattern = new RegExp(`([${accents}])(\\p{L})`, 'gu');
const some = new RegExp(`[${accents}]`);

/** Older programs draw the two dots of naïve, and then the letter under them. */
export function composeAccents(text: string): string {
  if (!some.test(text)) return text;
  return text.replace(pattern, (both, accent: string, letter: string, at: number) => {
    const base = letter === '\u0131' ? 'i' : letter === '\u0237' ? 'j' : letter;
    const composed = (base + (combining.get(accent) ?? '')).normalize('NFC');
    return composed.length > 1 || isApostrophe(text, at) ? both : composed;
  });
}

/** Some write it´s. */
function isApostrophe(text: string, at: number): boolean {
  return /^\u00b4(?:s|n|t|m|d|c|l)(?!\p{L})/u.test(text.slice(at, at + 3));
}
