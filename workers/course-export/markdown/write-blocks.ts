import type { RichNode } from '@lectern/db/graph/rich-text';
import { nameOf, numberAttr, textAttr } from '../rich-nodes.ts';
import { escapeLineStart, escapeTitleEnd } from './escape-text.ts';
import { type FindAddress, writeImage, writeInlines } from './write-inlines.ts';
import { writeTable } from './write-table.ts';

export type BlockOptions = {
  readonly findAddress: FindAddress;
  /** By how many levels headings stand below those of the document around. */
  readonly headingShift: number;
};

/** Rich text as Markdown; between blocks is a blank line, but in tight lists. */
export function writeBlocks(
  nodes: readonly RichNode[],
  options: BlockOptions,
  between = '\n\n',
): string {
  const blocks: string[] = [];
  let previous = '';
  let isOther = false;
  for (const run of joinInlines(nodes)) {
    const name = nameOf(run);
    // Two lists one after the other would be one, but for another sign.
    isOther = isList(name) && name === previous && !isOther;
    const block = writeBlock(run, { ...options, isOther });
    if (block === '') continue;
    blocks.push(block);
    previous = name;
  }
  return blocks.join(between);
}

type Block = BlockOptions & { readonly isOther: boolean };

function isList(name: string): boolean {
  return name === 'bulletlist' || name === 'tasklist' || name === 'orderedlist';
}

const inlineNames = new Set(['text', 'hardbreak']);

/** Words that stand between blocks are a paragraph. */
function joinInlines(nodes: readonly RichNode[]): readonly RichNode[] {
  const joined: RichNode[] = [];
  let loose: RichNode[] | undefined;
  for (const node of nodes) {
    if (!inlineNames.has(nameOf(node))) {
      loose = undefined;
      joined.push(node);
    } else if (loose === undefined) {
      loose = [node];
      joined.push({ type: 'paragraph', content: loose });
    } else loose.push(node);
  }
  return joined;
}

function writeBlock(node: RichNode, options: Block): string {
  const { content = [] } = node;
  const inlines = { findAddress: options.findAddress, lineBreak: '\\\n' };
  switch (nameOf(node)) {
    case 'paragraph':
      return writeLines(writeInlines(content, inlines));
    case 'heading': {
      const level = Math.max(1, (numberAttr(node, 'level') ?? 1) + options.headingShift);
      const text = writeInlines(content, { ...inlines, lineBreak: ' ' }).trim();
      return text === '' ? '' : `${'#'.repeat(Math.min(6, level))} ${escapeTitleEnd(text)}`;
    }
    case 'bulletlist':
    case 'tasklist':
    case 'orderedlist':
      return writeList(node, options);
    case 'blockquote':
      return writeBlocks(content, options)
        .replace(/^(?=.)/gm, '> ')
        .replace(/^$/gm, '>');
    case 'codeblock':
      return writeCodeBlock(node);
    case 'horizontalrule':
      return '---';
    case 'image':
      return writeImage(node, options.findAddress);
    case 'table':
      return writeTable(node, options.findAddress);
    default:
      return writeBlocks(content, options);
  }
}

function writeLines(text: string): string {
  const lines = text.trim().replace(/\\$/, '').split('\\\n');
  return lines.map(escapeLineStart).join('\\\n').trim();
}

function writeList(node: RichNode, options: Block): string {
  const name = nameOf(node);
  const first = numberAttr(node, 'start') ?? 1;
  const items = (node.content ?? []).map((item, i) => {
    const sign =
      name === 'orderedlist'
        ? `${Math.max(0, first) + i}${options.isOther ? ')' : '.'} `
        : options.isOther
          ? '* '
          : '- ';
    const box =
      nameOf(item) === 'taskitem' ? `[${item.attrs?.['checked'] === true ? 'x' : ' '}] ` : '';
    const { content = [] } = item;
    const body = writeBlocks(content, options, isShort(content) ? '\n' : '\n\n');
    return (sign + box + indent(body, sign.length)).trimEnd();
  });
  const isTight = (node.content ?? []).every(({ content = [] }) => isShort(content));
  return items.join(isTight ? '\n' : '\n\n');
}

/** One paragraph, and lists below it that can begin without an empty line. */
function isShort([, ...rest]: readonly RichNode[]): boolean {
  return rest.every((node) => isList(nameOf(node)) && (numberAttr(node, 'start') ?? 1) === 1);
}

function indent(text: string, width: number): string {
  return text.replace(/\n(?=.)/g, `\n${' '.repeat(width)}`);
}

function writeCodeBlock(node: RichNode): string {
  const text = (node.content ?? []).map((one) => one.text ?? '\n').join('');
  const longest = (text.match(/`{3,}/g) ?? []).reduce((most, run) => Math.max(most, run.length), 2);
  const fence = '`'.repeat(longest + 1);
  const language = textAttr(node, 'language', 'params').replace(/[\s`]/g, '');
  return `${fence}${language}\n${text}\n${fence}`;
}
