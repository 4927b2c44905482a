export type FrontMatter = Readonly<Record<string, unknown>>;

/** What stands between two lines of dashes before the text: `name: value`, and lists. */
export function readFrontMatter(text: string): {
  readonly fields: FrontMatter;
  readonly body: string;
} {
  const found = /^\ufeff?---[ \t]*\r?\n([^]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(text);
  if (found === null || (found[1] ?? '').length > 100_000) return { fields: {}, body: text };
  const fields = new Map<string, unknown>();
  let list: unknown[] | undefined;
  for (const line of (found[1] ?? '').split(/\r?\n/)) {
    const item = /^\s*-\s+(.*)$/.exec(line);
    if (item !== null) list?.push(readValue(item[1] ?? ''));
    const field = /^([A-Za-z]\w{0,49}):(.*)$/.exec(line);
    if (field === null) continue;
    const [, name = '', given = ''] = field;
    list = given.trim() === '' ? [] : undefined;
    fields.set(name, list ?? readValue(given));
  }
  return { fields: Object.fromEntries(fields), body: text.slice(found[0].length) };
}

function readValue(given: string): unknown {
  const text = given.trim();
  const bare = /^\[([^"]*)\]$/.exec(text);
  if (bare !== null) return (bare[1] ?? '').split(',').map((word) => word.trim());
  if (/^'.*'$/.test(text)) return text.slice(1, -1).replaceAll("''", "'");
  if (!/^["[]/.test(text)) return text;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return text;
  }
}
