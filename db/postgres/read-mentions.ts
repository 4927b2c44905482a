/** `@[Name](userId)`. The name is for people and may have brackets of its own; only the id counts. */
const mention = /@\[[^\n]{1,300}?\]\(([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\)/gi;

/** The ids of those whom a comment's text mentions, each once. */
export function readMentions(body: string): string[] {
  return [...new Set(Array.from(body.matchAll(mention), ([, id = '']) => id.toLowerCase()))];
}
