/** What Windows calls encodings by number, as the web calls them. */
const encodings: Record<number, string> = {
  874: 'windows-874',
  932: 'shift_jis',
  936: 'gbk',
  949: 'euc-kr',
  950: 'big5',
  1200: 'utf-16le',
  1361: 'euc-kr',
  10_000: 'macintosh',
  10_007: 'x-mac-cyrillic',
  20_866: 'koi8-r',
  65_001: 'utf-8',
};

const decoderOf = (encoding: string) => new TextDecoder(encoding);
const decoders = new Map<string, ReturnType<typeof decoderOf>>();

/** Text in a code page; in that of Western Europe where the page is not known. */
export function decodePage(bytes: Buffer, page: number): string {
  const encoding =
    encodings[page] ?? (page >= 1250 && page <= 1258 ? `windows-${page}` : 'windows-1252');
  const decoder = decoders.get(encoding) ?? decoderOf(encoding);
  decoders.set(encoding, decoder);
  return decoder.decode(bytes);
}

const pageOfLanguage: Record<number, number> = {
  0x01: 1256, // Arabic
  0x02: 1251, // Bulgarian
  0x04: 936, // Chinese; the traditional one is told apart below
  0x05: 1250, // Czech
  0x08: 1253, // Greek
  0x0d: 1255, // Hebrew
  0x0e: 1250, // Hungarian
  0x11: 932, // Japanese
  0x12: 949, // Korean
  0x15: 1250, // Polish
  0x18: 1250, // Romanian
  0x19: 1251, // Russian
  0x1a: 1250, // Croatian
  0x1b: 1250, // Slovak
  0x1c: 1250, // Albanian
  0x1e: 874, // Thai
  0x1f: 1254, // Turkish
  0x20: 1256, // Urdu
  0x22: 1251, // Ukrainian
  0x23: 1251, // Belarusian
  0x24: 1250, // Slovenian
  0x25: 1257, // Estonian
  0x26: 1257, // Latvian
  0x27: 1257, // Lithuanian
  0x29: 1256, // Persian
  0x2a: 1258, // Vietnamese
  0x2f: 1251, // Macedonian
};

/** The code page that Windows uses for a language. */
export function pageForLanguage(language: number): number {
  const traditional = [0x0404, 0x0c04, 0x1404];
  if (traditional.includes(language)) return 950;
  return pageOfLanguage[language & 0x3ff] ?? 1252;
}

const pageOfCharset: Record<number, number> = {
  77: 10_000,
  128: 932,
  129: 949,
  130: 1361,
  134: 936,
  136: 950,
  161: 1253,
  162: 1254,
  163: 1258,
  177: 1255,
  178: 1256,
  186: 1257,
  204: 1251,
  222: 874,
  238: 1250,
};

/** The code page of a font's character set. */
export function pageForCharset(charset: number): number | undefined {
  return pageOfCharset[charset];
}

const tags: Record<number, string> = {
  0x0407: 'de',
  0x0409: 'en-US',
  0x040c: 'fr',
  0x0410: 'it',
  0x0411: 'ja',
  0x0415: 'pl',
  0x0419: 'ru-RU',
  0x0422: 'uk',
  0x0804: 'zh-CN',
  0x0809: 'en-GB',
  0x0c0a: 'es',
};

export function languageTag(language: number): string | undefined {
  return tags[language];
}
