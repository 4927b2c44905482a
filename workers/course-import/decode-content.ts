/** The bytes of a base64 text or a data: URL; or, in words, why there are none. */
export function decodeContent(value: unknown): Buffer | string {
  if (value === undefined || value === null) return 'The file holds nothing of it.';
  if (typeof value !== 'string') return 'Its content is not text.';
  if (!value.startsWith('data:')) return decodeBase64(value);
  const comma = value.indexOf(',');
  if (comma < 0 || comma > 1_000) return 'Its content is not a whole data: URL.';
  const content = value.slice(comma + 1);
  if (/;\s*base64$/i.test(value.slice(0, comma))) return decodeBase64(content);
  try {
    return Buffer.from(decodeURIComponent(content));
  } catch {
    return 'Its content is not a whole data: URL.';
  }
}

function decodeBase64(text: string): Buffer | string {
  const plain = /\s/.test(text) ? text.replace(/\s+/g, '') : text;
  // Buffers skip what is not base64, and what came of it would be another file.
  if (/[^A-Za-z0-9+/_=-]/.test(plain)) return 'Its content is not base64.';
  const letters = plain.replace(/={1,2}$/, '');
  if (letters.includes('=') || letters.length % 4 === 1) return 'Its content is not whole base64.';
  return Buffer.from(letters, 'base64');
}
