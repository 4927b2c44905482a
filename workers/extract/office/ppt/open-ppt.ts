import { Refusal } from '../../found.ts';
import type { CompoundFile } from '../compound-file.ts';
import { damaged } from '../open-package.ts';
import { protectedByPassword } from '../refuse-compound-file.ts';
import { listPptSlides, type PptDeck, type PptSlide } from './list-ppt-slides.ts';
import { readPersist } from './read-persist.ts';
import { childOf, types } from './read-records.ts';
import { readSlideShapes, type PptShape } from './read-slide-shapes.ts';

export function openPpt(file: CompoundFile): PptDeck {
  if (file.has('EncryptedPackage') || file.has('EncryptedSummary')) throw protectedByPassword();
  const stream = readInner(file, 'PowerPoint Document');
  if (stream === undefined && file.has('PP40')) {
    throw new Refusal(
      'format_too_old',
      'This presentation was written by PowerPoint 95 or older. Open it, save it as PPTX and upload it again.',
    );
  }
  if (stream === undefined) throw damaged();
  const persist = readPersist(stream, file);
  if (persist.isEncrypted) throw protectedByPassword();
  const deck = listPptSlides(stream, persist);
  if (deck.document === undefined && deck.slides.length === 0) throw damaged();
  return deck;
}

/** A file that PowerPoint 95 can open too holds the newer form in a folder of its own. */
export function readInner(file: CompoundFile, name: string): Buffer | undefined {
  return file.read(`PP97_DUALSTORAGE/${name}`) ?? file.read(name);
}

export function slideSize({ document }: PptDeck): readonly [number, number] {
  const atom = childOf(document, types.documentAtom)?.data;
  if (atom === undefined || atom.length < 8) return [5_760, 4_320];
  const [width, height] = [atom.readInt32LE(0), atom.readInt32LE(4)];
  return width > 0 && height > 0 ? [width, height] : [5_760, 4_320];
}

/** Titles and lists that no shape shows stand before all. */
export function shapesOf({ container, outline }: PptSlide): PptShape[] {
  const shapes = readSlideShapes(childOf(container, types.drawing), outline).filter(
    ({ isFurniture }) => !isFurniture,
  );
  const shown = new Set(shapes.map(({ text }) => text));
  const missing = outline
    .filter((text) => text !== '' && !shown.has(text))
    .map((text) => ({
      text,
      box: undefined,
      picture: undefined,
      isTitle: true,
      isPlaceholder: true,
      isFurniture: false,
    }));
  return [...missing, ...shapes];
}
