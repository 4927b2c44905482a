import type { Persist } from './read-persist.ts';
import { cleanSlideText } from './read-slide-shapes.ts';
import {
  childrenOf,
  readRecord,
  readRecords,
  textOfRecord,
  types,
  type Record,
} from './read-records.ts';

export type PptSlide = {
  readonly container: Record | undefined;
  readonly id: number;
  /** Its titles and lists, which stand apart from its shapes. */
  readonly outline: readonly string[];
};

export type PptDeck = {
  readonly document: Record | undefined;
  readonly slides: readonly PptSlide[];
  readonly masters: readonly PptSlide[];
  readonly notes: readonly PptSlide[];
  readonly isWhole: boolean;
};

/** The slides in their order; of a broken presentation those that are found, in that of the file. */
export function listPptSlides(stream: Buffer, persist: Persist): PptDeck {
  const document = findDocument(stream, persist);
  const lists = childrenOf(document).filter(({ type }) => type === types.slideList);
  const read = (instance: number) =>
    lists
      .filter((list) => list.instance === instance)
      .flatMap((list) => readList(stream, persist, list));
  const slides = read(0);
  if (slides.length > 0) {
    return { document, slides, masters: read(1), notes: read(2), isWhole: slides.every(isThere) };
  }
  const found = readRecords(stream);
  const pick = (type: number): PptSlide[] =>
    found
      .filter((record) => record.type === type)
      .map((container) => ({ container, id: 0, outline: [] }));
  const loose = pick(types.slide);
  return {
    document,
    slides: loose,
    masters: [],
    notes: pick(types.notes),
    isWhole: loose.length === 0 && document !== undefined,
  };
}

function isThere({ container }: PptSlide): boolean {
  return container !== undefined;
}

function findDocument(stream: Buffer, { offsets, document }: Persist): Record | undefined {
  const known = readRecord(stream, offsets.get(document ?? 0) ?? -1);
  if (known?.type === types.document) return known;
  return readRecords(stream).findLast(({ type }) => type === types.document);
}

const mostSlides = 5_000;

function readList(stream: Buffer, { offsets }: Persist, list: Record): PptSlide[] {
  const slides: { container: Record | undefined; id: number; outline: string[] }[] = [];
  for (const record of childrenOf(list)) {
    if (record.type === types.slidePersist && record.data.length >= 16) {
      if (slides.length >= mostSlides) break;
      const found = readRecord(stream, offsets.get(record.data.readUInt32LE(0)) ?? -1);
      const isSlide = [types.slide, types.notes, types.mainMaster].some((it) => it === found?.type);
      const container = isSlide ? found : undefined;
      slides.push({ container, id: record.data.readUInt32LE(12), outline: [] });
      continue;
    }
    const outline = slides.at(-1)?.outline;
    // A header begins each text, and there may be none after it.
    if (record.type === types.textHeader) outline?.push('');
    const text = record.type === types.string ? undefined : textOfRecord(record);
    if (text !== undefined && outline !== undefined) {
      outline[Math.max(0, outline.length - 1)] = cleanSlideText(text);
    }
  }
  return slides;
}
