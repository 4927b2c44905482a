import { cleanText } from '../pptx/paragraph-text.ts';
import { takeMarks, type Mark } from './marks.ts';
import type { Document, Tree } from './read-body.ts';

/** A paragraph or a table. */
export type Block = {
  readonly text: string;
  /** 1 to 9 for headings, 0 for all else. */
  readonly level: number;
  readonly marks: readonly Mark[];
  readonly endsPage: boolean;
};

/** The paragraphs and tables of a document; notes and remarks follow where they are referred to. */
export function listBlocks(document: Document): Block[] {
  const comments = new Map(document.comments.map((it) => [it.commentId ?? '', it]));
  const told = new Set<Tree>();

  const blocksOf = (trees: readonly Tree[]): Block[] => trees.flatMap(blockOf);

  const blockOf = (tree: Tree): Block[] => {
    if (tree.type === 'table') return tableBlocks(tree);
    if (tree.type === 'paragraph') return paragraphBlocks(tree);
    const isText = ['text', 'run', 'hyperlink', 'tab', 'break'].includes(tree.type);
    return isText ? paragraphBlocks({ type: 'paragraph', children: [tree] }) : [];
  };

  const paragraphBlocks = (paragraph: Tree): Block[] => {
    const inner: Block[] = [];
    let endsPage = false;
    let raw = '';
    const visit = (tree: Tree) => {
      if (tree.type === 'text') raw += tree.value ?? '';
      else if (tree.type === 'tab') raw += '\t';
      else if (tree.type === 'break') {
        endsPage ||= tree.breakType === 'page';
        raw += '\n';
      } else if (tree.type === 'paragraph' || tree.type === 'table') inner.push(...blockOf(tree));
      else if (tree.type === 'noteReference') inner.push(...noteBlocks(tree));
      else if (tree.type === 'commentReference') inner.push(...commentBlocks(tree));
      else for (const part of tree.children ?? []) visit(part);
    };
    for (const part of paragraph.children ?? []) visit(part);
    const level = Number(/^H([1-9])$/.exec(paragraph.styleId ?? '')?.[1] ?? 0);
    return [{ ...plain(raw), level, endsPage }, ...inner];
  };

  const noteBlocks = (reference: Tree): Block[] => {
    const note = document.notes.resolve(reference);
    return note === null ? [] : once(note, '');
  };

  const commentBlocks = (reference: Tree): Block[] => {
    const comment = comments.get(reference.commentId ?? '');
    if (comment === undefined) return [];
    return once(comment, comment.authorName ? `${comment.authorName}: ` : '');
  };

  /** A note may refer to itself. */
  const once = (tree: Tree, before: string): Block[] => {
    if (told.has(tree)) return [];
    told.add(tree);
    const [first, ...rest] = blocksOf(tree.body ?? []).map((block) => ({ ...block, level: 0 }));
    if (first === undefined) return [];
    return [{ ...first, text: before + first.text.trimStart() }, ...rest];
  };

  const tableBlocks = (table: Tree): Block[] => {
    const marks: Mark[] = [];
    const rows = (table.children ?? []).map((row) =>
      (row.children ?? [])
        .map((cell) => {
          const blocks = blocksOf(cell.children ?? []);
          marks.push(...blocks.flatMap((block) => block.marks));
          return blocks
            .map(({ text }) => text)
            .filter((text) => text.trim() !== '')
            .join('\n')
            .replace(/\n+/g, ' ');
        })
        .join('\t')
        .trimEnd(),
    );
    const text = rows.filter((row) => row.trim() !== '').join('\n');
    return [{ text, level: 0, marks, endsPage: false }];
  };

  return blocksOf(document.children);
}

function plain(raw: string): { text: string; marks: Mark[] } {
  const { text, marks } = takeMarks(raw);
  return { text: cleanText(text), marks };
}
