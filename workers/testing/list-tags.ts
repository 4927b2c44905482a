import assert from 'node:assert/strict';

export type Tag = { readonly name: string; readonly attrs: ReadonlyMap<string, string> };

const tagShape = /<(\/?)([a-z][a-z0-9]*|!doctype)((?:\s+[a-z][a-z-]*(?:="[^"<>]*")?)*)\s*\/?>/g;

/**
 * The tags of a page that we wrote, in order. Whatever `<` or `>` is no part of one would be an opening
 * through which a text becomes markup, and fails the test.
 */
export function listTags(page: string): Tag[] {
  const rest = page.replaceAll(tagShape, '');
  assert.doesNotMatch(rest, /[<>]/);
  return [...page.matchAll(tagShape)].flatMap(([, close, name = '', attrs = '']) =>
    close === '/' ? [] : [{ name, attrs: readAttrs(attrs) }],
  );
}

function readAttrs(text: string): ReadonlyMap<string, string> {
  const found = text.matchAll(/([a-z-]+)(?:="([^"]*)")?/g);
  return new Map([...found].map(([, name = '', value = '']) => [name, decode(value)]));
}

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/** As a browser reads it. */
function decode(value: string): string {
  return value.replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity);
}

/** What a reader sees: the words between the tags. */
export function wordsOf(page: string): string {
  const [, body = ''] = /<body>([^]*)<\/body>/.exec(page) ?? [];
  return decode(body.replaceAll(tagShape, ' ')).replace(/\s+/g, ' ').trim();
}
