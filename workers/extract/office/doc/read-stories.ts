import { languageTag } from '../code-pages.ts';
import type { CompoundFile } from '../compound-file.ts';
import type { Section } from '../cut-units.ts';
import { damaged } from '../open-package.ts';
import { gatherSections } from './gather-sections.ts';
import { joinPieces } from './join-pieces.ts';
import { readHeader } from './read-header.ts';
import { readParagraphs } from './read-paragraphs.ts';

export type StoryText = { readonly name: string; readonly sections: readonly Section[] };

export type Stories = {
  readonly stories: readonly StoryText[];
  readonly language: string | undefined;
  readonly isWhole: boolean;
};

/** The text of a document: its body, then what stands beside it, such as footnotes and headers. */
export function readStories(file: CompoundFile): Stories {
  const document = file.read('WordDocument');
  if (document === undefined) throw damaged();
  const header = readHeader(document);
  const other = header.tableName === '1Table' ? '0Table' : '1Table';
  const table = header.isOld
    ? document
    : (file.read(header.tableName) ?? file.read(other) ?? Buffer.alloc(0));
  const look = readParagraphs(document, table, { range: header.paragraphs, isOld: header.isOld });
  const { text, places, isWhole } = joinPieces(document, table, header);
  const stories: StoryText[] = [];
  let at = 0;
  for (const { name, length } of header.stories) {
    const story = text.slice(at, at + length);
    const from = at;
    at += length;
    if (name === 'macros' || story === '') continue;
    stories.push({ name, sections: gatherSections(story, (end) => look(places(from + end))) });
  }
  return {
    stories,
    language: languageTag(header.language),
    isWhole: isWhole && text.length > 0,
  };
}
