import { html, type Html } from '@lectern/db/html';
import type { RichNode } from '@lectern/db/graph/rich-text';
import { nameOf, numberAttr } from '../rich-nodes.ts';
import { type FindTarget, renderImage, renderInlines } from './render-inlines.ts';

/** Rich text as markup. What nobody here knows is shown by its words. */
export function renderBlocks(nodes: readonly RichNode[], find: FindTarget): Html[] {
  return nodes.map((node) => renderBlock(node, find));
}

function renderBlock(node: RichNode, find: FindTarget): Html {
  const { content = [] } = node;
  switch (nameOf(node)) {
    case 'paragraph':
      return html`<p>${renderInlines(content, find)}</p>`;
    case 'heading':
      return renderHeading(node, find);
    case 'bulletlist':
      return html`<ul>
        ${renderBlocks(content, find)}
      </ul>`;
    case 'orderedlist':
      return html`<ol start="${numberAttr(node, 'start') ?? 1}">
        ${renderBlocks(content, find)}
      </ol>`;
    case 'tasklist':
      return html`<ul class="tasks">
        ${renderBlocks(content, find)}
      </ul>`;
    case 'listitem':
      return html`<li>${renderBlocks(content, find)}</li>`;
    case 'taskitem': {
      const isDone = node.attrs?.['checked'] === true;
      const box = isDone
        ? html`<span class="box" role="img" aria-label="yes">✓</span>`
        : html`<span class="box" role="img" aria-label="no"></span>`;
      return html`<li class="${isDone ? 'yes' : 'no'}">
        ${box}
        <div>${renderBlocks(content, find)}</div>
      </li>`;
    }
    case 'blockquote':
      return html`<blockquote>${renderBlocks(content, find)}</blockquote>`;
    case 'codeblock':
      return html`<pre><code>${content.map((one) => one.text ?? '\n').join('')}</code></pre>`;
    case 'horizontalrule':
      return html`<hr />`;
    case 'image':
      return html`<p class="figure">${renderImage(node, find)}</p>`;
    case 'table':
      return html`<div class="wide">
        <table>
          ${renderBlocks(content, find)}
        </table>
      </div>`;
    case 'tablerow':
      return html`<tr>
        ${renderBlocks(content, find)}
      </tr>`;
    case 'tableheader':
      return html`<th>${renderBlocks(content, find)}</th>`;
    case 'tablecell':
      return html`<td>${renderBlocks(content, find)}</td>`;
    case 'text':
    case 'hardbreak':
      return html`${renderInlines([node], find)}`;
    default:
      return html`<div>${renderBlocks(content, find)}</div>`;
  }
}

/** Below the title of the page. */
function renderHeading(node: RichNode, find: FindTarget): Html {
  const text = renderInlines(node.content ?? [], find);
  const level = numberAttr(node, 'level') ?? 1;
  if (level <= 1) return html`<h2>${text}</h2>`;
  return level === 2 ? html`<h3>${text}</h3>` : html`<h4>${text}</h4>`;
}
