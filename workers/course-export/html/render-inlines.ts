import { html, type Html } from '@lectern/db/html';
import type { Mark, RichNode } from '@lectern/db/graph/rich-text';
import type { CourseFile } from '../course-files.ts';
import { nameOf, textAttr } from '../rich-nodes.ts';

/** Where a link leads: to a file of the zip, or away. */
export type Target = { readonly address: string; readonly file?: CourseFile };
export type FindTarget = (href: string) => Target | undefined;

export function renderInlines(nodes: readonly RichNode[], find: FindTarget): Html[] {
  return nodes.map((node) => {
    const { text, marks = [], content = [] } = node;
    if (text !== undefined) {
      return marks.reduceRight((inner, mark) => renderMark(mark, inner, find), html`${text}`);
    }
    if (nameOf(node) === 'hardbreak') return html`<br />`;
    if (nameOf(node) === 'image') return renderImage(node, find);
    return html`${renderInlines(content, find)}`;
  });
}

function renderMark(mark: Mark, inner: Html, find: FindTarget): Html {
  switch (mark.type) {
    case 'bold':
    case 'strong':
      return html`<strong>${inner}</strong>`;
    case 'italic':
    case 'em':
      return html`<em>${inner}</em>`;
    case 'strike':
    case 's':
      return html`<s>${inner}</s>`;
    case 'underline':
      return html`<u>${inner}</u>`;
    case 'code':
      return html`<code>${inner}</code>`;
    case 'highlight':
      return html`<mark>${inner}</mark>`;
    case 'subscript':
      return html`<sub>${inner}</sub>`;
    case 'superscript':
      return html`<sup>${inner}</sup>`;
    case 'link': {
      const target = find(textAttr(mark, 'href'));
      if (target === undefined) return inner;
      return html`<a href="${target.address}" rel="noreferrer">${inner}</a>`;
    }
    default:
      return inner;
  }
}

/** Pictures of the course are shown; those from elsewhere are a link, so that nothing is fetched. */
export function renderImage(node: RichNode, find: FindTarget): Html {
  const src = textAttr(node, 'src');
  const alt = textAttr(node, 'alt', 'title');
  if (/^data:image\/(png|jpeg|gif|webp);/i.test(src))
    return html`<img src="${src}" alt="${alt}" />`;
  const target = find(src);
  if (target === undefined) return html`${alt}`;
  const { address, file } = target;
  if (file?.material.kind === 'image') return html`<img src="${address}" alt="${alt}" />`;
  const name = alt === '' ? (file?.material.fileName ?? address) : alt;
  return html`<a href="${address}" rel="noreferrer">${name}</a>`;
}
