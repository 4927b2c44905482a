import { cleanSlideText } from './read-slide-shapes.ts';
import { childrenOf, findRecords, textOfRecord, types, type Record } from './read-records.ts';

/** Who said what about a slide, a line each. */
export function readPptComments(slide: Record | undefined): string {
  return findRecords(slide, types.comment)
    .map((comment) => {
      const texts = childrenOf(comment).filter(({ type }) => type === types.string);
      const [author, text] = [0, 1].map((instance) => {
        const found = texts.find((it) => it.instance === instance);
        return found === undefined ? '' : cleanSlideText(textOfRecord(found) ?? '');
      });
      return author && text ? `${author}: ${text}` : (text ?? '');
    })
    .filter((line) => line !== '')
    .join('\n');
}

/** What stands at the foot of a slide. */
export function readFooters(slide: Record | undefined): string[] {
  return childrenOf(slide)
    .filter(({ type }) => type === types.headersFooters)
    .flatMap((record) => childrenOf(record))
    .filter(({ type, instance }) => type === types.string && instance > 0)
    .map((record) => cleanSlideText(textOfRecord(record) ?? ''))
    .filter((text) => text !== '');
}
