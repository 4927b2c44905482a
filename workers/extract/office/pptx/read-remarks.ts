import type { Package } from '../open-package.ts';
import { child, findAll, type Element } from '../xml-tree.ts';
import { shapeTree } from './layouts.ts';
import { cleanText, linesOf } from './paragraph-text.ts';
import { readShapes } from './read-shapes.ts';

/** Stand on every page of notes and say nothing about the slide. */
const furniture = new Set(['sldNum', 'dt', 'sldImg']);

/** What the speaker wrote under a slide. */
export async function readNotes(file: Package, part: string): Promise<string> {
  const root = (await file.tree(part))?.root.children[0];
  if (root === undefined) return '';
  return readShapes(shapeTree(root))
    .flatMap((shape) => [shape, ...(shape.members ?? [])])
    .filter(({ placeholder }) => !furniture.has(placeholder?.type ?? ''))
    .map(({ text }) => text)
    .filter((text) => text.trim() !== '')
    .join('\n');
}

/** Who said what about a slide, a line each. */
export async function readComments(
  file: Package,
  part: string,
  authors: ReadonlyMap<string, string>,
): Promise<string> {
  const root = (await file.tree(part))?.root;
  return findAll(root, 'p:cm', 'p188:cm', 'p188:reply')
    .map((comment) => {
      const text = commentText(comment);
      const author = authors.get(comment.attributes.get('authorId') ?? '');
      return text === '' || author === undefined ? text : `${author}: ${text}`;
    })
    .filter((line) => line !== '')
    .join('\n');
}

function commentText(comment: Element): string {
  const old = child(comment, 'p:text')?.text;
  return old === undefined ? linesOf(child(comment, 'p188:txBody')) : cleanText(old).trim();
}

export async function readAuthors(file: Package, main: string): Promise<Map<string, string>> {
  const authors = new Map<string, string>();
  for (const { type, target } of (await file.relations(main)).values()) {
    if (!/authors$/i.test(type)) continue;
    for (const { attributes } of findAll(
      (await file.tree(target))?.root,
      'p:cmAuthor',
      'p188:author',
    )) {
      const [id, name] = [attributes.get('id'), attributes.get('name')];
      if (id !== undefined && name !== undefined) authors.set(id, name);
    }
  }
  return authors;
}
