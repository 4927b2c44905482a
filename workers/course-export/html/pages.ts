import { html, type Html } from '@lectern/db/html';
import type { GraphNode } from '@lectern/db/graph/graph';
import type { CourseFiles } from '../course-files.ts';
import type { CourseContents } from '../read-course.ts';

/** A node with its page. */
export type Page = { readonly node: GraphNode; readonly place: string };

type Around = { readonly root: string; readonly title: string; readonly lang: string };

/** A whole document; `root` leads from it to the first page. */
function layOut({ root, title, lang }: Around, body: Html): Html {
  return html`<!doctype html>
    <html lang="${lang}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        <link rel="stylesheet" href="${root}style.css" />
      </head>
      <body>
        ${body}
      </body>
    </html> `;
}

export type IndexPage = CourseContents & {
  readonly pages: readonly Page[];
  readonly files: CourseFiles;
  readonly exportedAt: Date;
};

export function renderIndex({ course, pages, files, exportedAt }: IndexPage): Html {
  const facts = [course.level, course.language, ...course.tags].filter((fact) => fact !== null);
  const day = exportedAt.toISOString().slice(0, 10);
  const paragraphs = course.description
    .trim()
    .split(/\n\s*\n/)
    .filter(Boolean);
  const list = html`<h2>Files</h2>
    <ul class="files">
      ${files.all.map(
        ({ address, material }) =>
          html`<li>
            <a href="${address}">${material.fileName}</a> <span>${showSize(material.size)}</span>
          </li> `,
      )}
    </ul>`;
  const body = html`<header class="cover">
      <h1>${course.title}</h1>
      ${facts.length > 0 && html`<p class="facts">${facts.map((fact) => html`<span>${fact}</span>`)}</p>`}
      ${paragraphs.map((text) => html`<p class="lead">${text}</p> `)}
    </header>
    <main>
      ${pages.length === 0 ? html`<p>There is nothing in this course yet.</p>` : renderOutline(pages)}
      ${files.all.length > 0 && list}
    </main>
    <footer>
      <p>Exported on <time datetime="${day}">${day}</time></p>
    </footer>`;
  return layOut({ root: '', title: course.title, lang: course.language }, body);
}

function renderOutline(pages: readonly Page[]): Html {
  const items = pages.map(
    ({ node, place }) =>
      html`<li class="${node.type === 'section' ? 'section' : 'step'}">
        <a href="${place}">${titleOf(node)}</a>${kindOf(node)}
      </li> `,
  );
  return html`<ol class="outline">
    ${items}
  </ol>`;
}

export type NodePage = {
  readonly courseTitle: string;
  readonly lang: string;
  readonly page: Page;
  readonly before: Page | undefined;
  readonly after: Page | undefined;
  readonly requires: readonly Page[];
  readonly related: readonly Page[];
  readonly blocks: readonly Html[];
};

export function renderNodePage(given: NodePage): Html {
  const { courseTitle, lang, page, before, after, requires, related, blocks } = given;
  const title = titleOf(page.node);
  const body = html`<nav class="way" aria-label="Course">
      <a href="../index.html">${courseTitle}</a>
    </nav>
    <main>
      <article>
        <h1>${title}</h1>
        ${kindOf(page.node)}
        ${requires.length > 0 && html`<p class="needs">First: ${renderLinks(requires)}</p>`}
        ${blocks.length > 0 ? [...blocks] : html`<p class="empty">There is no text here.</p>`}
        ${related.length > 0 && html`<p class="needs">See also: ${renderLinks(related)}</p>`}
      </article>
    </main>
    <nav class="turn" aria-label="Pages">
      ${before !== undefined && html`<a class="back" rel="prev" href="${hrefOf(before)}"><span>Back</span> ${titleOf(before.node)}</a>`}
      ${after !== undefined && html`<a class="on" rel="next" href="${hrefOf(after)}"><span>Next</span> ${titleOf(after.node)}</a>`}
    </nav>`;
  return layOut({ root: '../', title: `${title} · ${courseTitle}`, lang }, body);
}

function renderLinks(pages: readonly Page[]): Html[] {
  return pages.map(
    (page, i) => html`${i > 0 && ', '}<a href="${hrefOf(page)}">${titleOf(page.node)}</a>`,
  );
}

/** From another node's page. */
function hrefOf({ place }: Page): string {
  return place.replace('pages/', '');
}

function titleOf({ title }: GraphNode): string {
  return title.trim() === '' ? 'Untitled' : title;
}

function kindOf({ type }: GraphNode): Html | false {
  const isPlain = type === 'section' || type === 'lesson';
  return !isPlain && html` <span class="kind">${type}</span>`;
}

function showSize(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  return bytes < 1e6 ? `${Math.round(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
