import { Refusal } from './draft.ts';

/** A file as text, whichever Unicode it is in. Throws `Refusal` for what is none. */
export function decodeFile(bytes: Uint8Array): string {
  const [first, second, third] = bytes;
  if (first === 0x50 && second === 0x4b && (third === 3 || third === 5)) throw archive();
  const text = decode(bytes, encodingOf(first, second));
  if (text.slice(0, 64 * 1024).includes('\0')) throw notText();
  if (text.trim() === '') throw new Refusal('file_empty', 'There is nothing in the file.');
  return text;
}

function encodingOf(first?: number, second?: number): string {
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  return first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
}

function decode(bytes: Uint8Array, encoding: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw notText(cause);
  }
}

function archive(): Refusal {
  const message = 'The file is a zip. Unpack it and bring the JSON or Markdown file that is in it.';
  return new Refusal('file_is_archive', message);
}

function notText(cause?: unknown): Refusal {
  const message = 'The file is not text. Bring JSON or Markdown, in UTF-8.';
  return new Refusal('file_not_text', message, { cause });
}
