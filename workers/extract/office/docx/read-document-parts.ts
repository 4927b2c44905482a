import { diagramText } from '../pptx/diagram-text.ts';
import { chartText } from '../pptx/chart-text.ts';
import type { Section } from '../cut-units.ts';
import { embeddedText, mostEmbeddedBytes } from '../embedded-text.ts';
import { damaged, type Package, type Relation } from '../open-package.ts';
import { cleanPart, type CleanContext, type Cleaned } from './clean-part.ts';
import { listBlocks, type Block } from './list-blocks.ts';
import type { Mark } from './marks.ts';
import { numberLists } from './number-lists.ts';
import { readBody, type Asides } from './read-body.ts';
import { readChunk } from './read-chunk.ts';
import { readStyles } from './read-styles.ts';

export type DocumentBlock = Section & {
  /** Begins what stands beside the text, such as headers. */
  readonly isAside: boolean;
  /** Names of parts. */
  readonly pictures: readonly string[];
};

export type DocumentParts = {
  readonly language: string | undefined;
  readonly blocks: AsyncGenerator<DocumentBlock, void, void>;
  /** Known when the blocks have been read. */
  readonly isWhole: () => boolean;
};

export async function readDocumentParts(file: Package, main: string): Promise<DocumentParts> {
  const relations = [...(await file.relations(main)).values()];
  const partOf = (type: string) => relations.find((it) => it.type === type)?.target;
  const styles = await readStyles(file, partOf('styles') ?? 'word/styles.xml');
  const label = await numberLists(file, partOf('numbering') ?? 'word/numbering.xml');
  let isWhole = true;
  const clean = async (part: string | undefined): Promise<Cleaned> => {
    const read = part === undefined ? undefined : await file.zip.read(part);
    if (part === undefined || read === undefined) return { chunks: [], isWhole: true };
    const context: CleanContext = { relations: await file.relations(part), styles, label };
    const cleaned = cleanPart(read.bytes, context);
    if (!cleaned.isWhole || !read.isWhole) isWhole = false;
    return cleaned;
  };
  const whole = async (part: string | undefined) => (await clean(part)).chunks.join('');

  async function* blocks(): AsyncGenerator<DocumentBlock, void, void> {
    const body = await clean(main);
    if (body.chunks.length === 0 && !isWhole) throw damaged();
    const asides: Asides = {
      footnotes: await whole(partOf('footnotes') ?? 'word/footnotes.xml'),
      endnotes: await whole(partOf('endnotes') ?? 'word/endnotes.xml'),
      comments: await whole(partOf('comments') ?? 'word/comments.xml'),
    };
    for (const chunk of body.chunks) {
      for (const block of listBlocks(await readBody(chunk, asides))) {
        yield await finishBlock(file, block);
      }
    }
    yield* edges(relations, async (part) => {
      const chunk = await whole(part);
      return listBlocks(await readBody(chunk, { footnotes: '', endnotes: '', comments: '' }));
    });
  }

  /** Headers and footers, each text once, since most sections repeat them. */
  async function* edges(
    from: readonly Relation[],
    read: (part: string) => Promise<Block[]>,
  ): AsyncGenerator<DocumentBlock, void, void> {
    const told = new Set<string>();
    let isAside = true;
    for (const { target } of from.filter(({ type }) => type === 'header' || type === 'footer')) {
      for (const block of await read(target)) {
        const finished = await finishBlock(file, block);
        const isNew = !told.has(finished.text.trim());
        told.add(finished.text.trim());
        if (!isNew && finished.pictures.length === 0) continue;
        yield { ...finished, text: isNew ? finished.text : '', level: 0, isAside };
        isAside = false;
      }
    }
  }

  return { language: styles.language, blocks: blocks(), isWhole: () => isWhole };
}

/** Puts the text of diagrams and the like where they stand. */
async function finishBlock(file: Package, block: Block): Promise<DocumentBlock> {
  const texts = [block.text];
  for (const mark of block.marks) texts.push(await markText(file, mark));
  return {
    text: texts.filter((text) => text.trim() !== '').join('\n'),
    level: block.level,
    endsPage: block.endsPage,
    isAside: false,
    pictures: block.marks.filter(({ kind }) => kind === 'picture').map(({ part }) => part),
  };
}

async function markText(file: Package, { kind, part }: Mark): Promise<string> {
  if (kind === 'chunk') {
    const bytes = (await file.zip.read(part, mostEmbeddedBytes))?.bytes;
    if (bytes === undefined) return '';
    return /\.do[ct][xm]?$/i.test(part) ? embeddedText(bytes) : readChunk(bytes, part);
  }
  if (kind === 'object') {
    const bytes = (await file.zip.read(part, mostEmbeddedBytes))?.bytes;
    return bytes === undefined ? '' : embeddedText(bytes);
  }
  if (kind !== 'diagram' && kind !== 'chart') return '';
  const tree = await file.tree(part);
  if (tree === undefined) return '';
  return kind === 'diagram' ? diagramText(tree.root) : chartText(tree.root);
}
