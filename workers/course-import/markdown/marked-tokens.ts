import type { MarkedToken, Token } from 'marked';

const known: Readonly<Record<MarkedToken['type'], true>> = {
  blockquote: true,
  br: true,
  checkbox: true,
  code: true,
  codespan: true,
  def: true,
  del: true,
  em: true,
  escape: true,
  heading: true,
  hr: true,
  html: true,
  image: true,
  link: true,
  list: true,
  list_item: true,
  paragraph: true,
  space: true,
  strong: true,
  table: true,
  text: true,
};

/** Leaves out what only extensions would make, of which there are none here. */
export function isMarkedToken(token: Token): token is MarkedToken {
  return Object.hasOwn(known, token.type);
}
