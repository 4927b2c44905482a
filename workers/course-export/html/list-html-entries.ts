import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { type Html, renderHtml } from '@lectern/db/html';
import type { Graph } from '@lectern/db/graph/graph';
import type { ZipEntry } from '../../zip/pack-zip.ts';
import { type CourseFiles, placeFiles } from '../course-files.ts';
import { describeNode } from '../describe-node.ts';
import { listFileEntries } from '../list-file-entries.ts';
import { orderNodes } from '../order-nodes.ts';
import type { CourseSource } from '../read-course.ts';
import { type Page, renderIndex, renderNodePage } from './pages.ts';
import { renderBlocks } from './render-blocks.ts';
import type { FindTarget } from './render-inlines.ts';

const styleFile = new URL('style.css', import.meta.url);

/** A course as pages that a browser opens from a disk, each written when its turn comes. */
export async function* listHtmlEntries(source: CourseSource): AsyncGenerator<ZipEntry, void, void> {
  const { course, graph, exportedAt } = source;
  const files = placeFiles(source.materials);
  const entry = (name: string, text: string): ZipEntry => ({
    name,
    modifiedAt: exportedAt,
    content: Readable.from([text]),
  });
  const page = (name: string, markup: Html) => entry(name, renderHtml(markup));

  const pages = orderNodes(graph).map((node, i): Page => {
    return { node, place: `pages/${String(i + 1).padStart(3, '0')}.html` };
  });
  yield page('index.html', renderIndex({ ...source, pages, files }));
  yield entry('style.css', await readFile(styleFile, 'utf8'));
  const { requires, related } = findNeighbours(graph, pages);
  const find = makeFinder(files);
  for (const [i, one] of pages.entries()) {
    const { id } = one.node;
    const markup = renderNodePage({
      courseTitle: course.title,
      lang: course.language,
      page: one,
      before: pages[i - 1],
      after: pages[i + 1],
      requires: requires.get(id) ?? [],
      related: related.get(id) ?? [],
      blocks: renderBlocks(describeNode(one.node, files), find),
    });
    yield page(one.place, markup);
  }
  yield* listFileEntries(files, source);
}

/** From a node's page. Addresses that would do something, or lead nowhere without a server, are left out. */
function makeFinder(files: CourseFiles): FindTarget {
  return (href) => {
    const file = files.find(href);
    if (file !== undefined) return { address: `../${file.address}`, file };
    return /^(https?:\/\/|mailto:|tel:)/i.test(href) ? { address: href } : undefined;
  };
}

function findNeighbours({ edges }: Graph, pages: readonly Page[]) {
  const byId = new Map(pages.map((page) => [page.node.id, page]));
  const [requires, related] = [new Map<string, Page[]>(), new Map<string, Page[]>()];
  const add = (to: Map<string, Page[]>, id: string, other: string) => {
    const page = byId.get(other);
    const known = to.get(id) ?? [];
    if (page !== undefined) known.push(page);
    to.set(id, known);
  };
  for (const { type, source, target } of edges) {
    if (type === 'requires') add(requires, source, target);
    if (type !== 'relates') continue;
    add(related, source, target);
    add(related, target, source);
  }
  return { requires, related };
}
