import { isUtf8 } from 'node:buffer';

/** A slip of the one who wrote it, and not worth more than the mark that stands for it. */
const fewCharacters = 3;

type Loss = { readonly code: string; readonly message: string };

/** What is to be told of bytes that were no characters of the encoding that a text is in. */
export function noteLostCharacters(bytes: Buffer, text: string): Loss | undefined {
  if (isUtf8(bytes)) return undefined;
  const lost = text.match(/\ufffd/g)?.length ?? 0;
  if (lost <= fewCharacters) return undefined;
  const message = `${lost} characters of this text are damaged; “\ufffd” stands for each. Save it anew as UTF-8 and upload that.`;
  return { code: 'characters_damaged', message };
}
