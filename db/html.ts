const markup = Symbol('markup');

/** Markup that is safe to send. Only `html` makes it; a string is always text. */
export type Html = { readonly [markup]: string };

export type HtmlValue = Html | string | number | undefined | false | readonly Html[];

/** A template whose values become text, unless they are markup made by `html` too. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return { [markup]: String.raw({ raw: parts }, ...values.map(toMarkup)) };
}

export function renderHtml(page: Html): string {
  return page[markup];
}

function toMarkup(value: HtmlValue): string {
  if (value === undefined || value === false) return '';
  if (typeof value === 'string' || typeof value === 'number') return escapeText(String(value));
  if (markup in value) return value[markup];
  return value.map((piece) => piece[markup]).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}
