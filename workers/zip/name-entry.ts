import { extname } from 'node:path/posix';

/** File systems allow 255 bytes; the rest is for whoever renames the file. */
const mostBytes = 200;
const longestExtension = 16;

/**
 * A name for an uploaded file that is safe to unpack on any system: one name and not a path, without
 * characters that are invisible or that a file system refuses.
 */
export function nameEntry(fileName: string): string {
  const name = fileName
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '')
    .replace(/[/\\:*?"<>|]/g, '_')
    .replace(/^[. ]+|[. ]+$/g, '');
  const extension = extname(name).length > longestExtension ? '' : extname(name);
  const stem = name.slice(0, name.length - extension.length);
  const cut = cutBytes(stem, mostBytes - Buffer.byteLength(extension)).trimEnd() + extension;
  if (cut === '') return 'file';
  return isDevice.test(cut) ? `_${cut}` : cut;
}

/** What Windows takes for a device, with whatever extension. */
const isDevice = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

function cutBytes(text: string, most: number): string {
  let cut = '';
  let size = 0;
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (size > most) break;
    cut += character;
  }
  return cut;
}
