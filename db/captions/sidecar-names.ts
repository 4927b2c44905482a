/** A file of subtitles that lies beside a recording, by its name. */
export type SidecarName = {
  /** As its name says; undefined where it says nothing. */
  readonly language: string | undefined;
};

const ending = /\.(srt|vtt)$/i;

/** `lecture.srt` and `lecture.pt-BR.vtt` belong to `lecture.mp4`; undefined of what does not. */
export function matchSidecar(fileName: string, mediaName: string): SidecarName | undefined {
  if (!ending.test(fileName)) return undefined;
  const base = baseOf(mediaName).toLowerCase();
  const name = baseOf(fileName);
  if (name.toLowerCase() === base) return { language: undefined };
  if (!name.toLowerCase().startsWith(`${base}.`)) return undefined;
  const marks = name.slice(base.length + 1).split('.');
  // Those that only translate signs are no captions.
  if (marks.some((mark) => /^forced$/i.test(mark))) return undefined;
  const words = marks.filter((mark) => !/^(?:sdh|cc|hi|default|captions?|subtitles?)$/i.test(mark));
  const [language, ...rest] = words;
  if (language === undefined) return { language: undefined };
  return rest.length === 0 && /^[a-z]{2,3}(?:[-_][a-z0-9]{2,8})*$/i.test(language)
    ? { language: language.replaceAll('_', '-') }
    : undefined;
}

/** The names, without their endings, of recordings that a file of subtitles may belong to. */
export function mediaBases(fileName: string): string[] {
  if (!ending.test(fileName)) return [];
  const parts = baseOf(fileName).toLowerCase().split('.');
  // At most a language and what kind it is come after the name.
  const shortest = Math.max(1, parts.length - 3);
  return Array.from({ length: parts.length - shortest + 1 }, (_, i) =>
    parts.slice(0, shortest + i).join('.'),
  );
}

export function baseOf(fileName: string): string {
  return fileName.replace(/\.[^.]{1,15}$/, '');
}
