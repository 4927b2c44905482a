import { basename } from 'node:path/posix';
import { cleanFileName } from '@lectern/db/materials/clean-file-name';

/** What a fetched file is called: as its server says, else as its address ends. */
export function nameOfFetched({
  disposition,
  url,
}: {
  readonly disposition: string | undefined;
  readonly url: URL;
}): string {
  return cleanFileName(
    nameIn(disposition ?? '') ?? (unescape(basename(url.pathname)) || url.hostname),
  );
}

function nameIn(disposition: string): string | undefined {
  const extended = /filename\*\s*=\s*(?:utf-8)''([^;]+)/i.exec(disposition)?.[1];
  if (extended !== undefined) return unescape(extended.trim());
  const plain = /filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;]+))/i.exec(disposition);
  const name = plain?.[1]?.replaceAll(/\\(.)/g, '$1') ?? plain?.[2]?.trim();
  // Servers write UTF-8 there, and headers are read byte by byte.
  return name === undefined || name === ''
    ? undefined
    : Buffer.from(name, 'latin1').toString('utf8');
}

function unescape(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
