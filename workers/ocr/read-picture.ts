import { keepText, measureWords, wordsOf } from './judge-words.ts';
import { chain, type Matrix, scaleBy } from './matrix.ts';
import { mendScripts } from './mend-scripts.ts';
import type { Layout } from './open-reader.ts';
import { type Paragraph, parseTable } from './parse-table.ts';
import { encodePgm, type Grey } from './pgm.ts';
import type { ReaderPool } from './reader-pool.ts';
import { isolateExtremes, shrinkGrey, takeBand } from './simplify-grey.ts';
import { type QuarterTurns, turnBack, turnGrey } from './turn-grey.ts';

export type Looking = {
  readonly readers: ReaderPool;
  readonly asker: string;
  readonly signal: AbortSignal;
};

export type Picture = {
  readonly grey: Grey;
  readonly toShares: Matrix;
  readonly isSideways: boolean;
};

export type Seen = {
  readonly paragraphs: readonly Paragraph[];
  /** From the pixels of what was read to shares of the picture. */
  readonly toShares: Matrix;
};

type Look = Seen & { readonly sureness: number; readonly letters: number; readonly ms: number };

/** So sure of so many letters, and no other way to look at it needs to be tried. */
const goodSureness = 70;
/** Less sure, it may be letters that look like others when they stand on their heads. */
const fullSureness = 88;
const goodLetters = 6;
/** What takes so long is noise rather than letters. */
const patienceMs = 20_000;
/** Enough to see whether another way up makes more sense. */
const mostPixelsTried = 2_000_000;
const mostPixelsInBand = 500_000;

/** Reads a picture that was prepared, the way up that it makes sense. */
export async function readPicture(picture: Picture, looking: Looking): Promise<Seen> {
  const [first, ...others]: readonly [QuarterTurns, ...QuarterTurns[]] = picture.isSideways
    ? [3, 1, 0, 2]
    : [0, 2, 3, 1];
  const seen = await look(picture, { turns: first, layout: 'page' }, looking);
  if (seen.ms > patienceMs) return finish(seen, 'page');
  if (isGood(seen)) {
    const isDoubtful = seen.sureness < fullSureness && (await isOnItsHead(picture, first, looking));
    if (!isDoubtful) return finish(seen, 'page');
    return finish(
      await look(picture, { turns: turnsToHead[first], layout: 'page' }, looking),
      'page',
    );
  }
  const small = await shrink(picture);
  const isWhole = small.grey.width === picture.grey.width;
  for (const turns of others) {
    const tried = await look(small, { turns, layout: 'page' }, looking);
    if (!isGood(tried) || worthOf(tried) < worthOf(seen)) continue;
    return finish(
      isWhole ? tried : await look(picture, { turns, layout: 'page' }, looking),
      'page',
    );
  }
  const kept = finish(seen, 'page');
  return kept.paragraphs.length > 0 ? kept : await findLooseWords(small, looking);
}

const turnsToHead: Readonly<Record<QuarterTurns, QuarterTurns>> = { 0: 2, 1: 3, 2: 0, 3: 1 };

/** Looks at a band of it both ways up. */
async function isOnItsHead(
  picture: Picture,
  turns: QuarterTurns,
  looking: Looking,
): Promise<boolean> {
  const grey = takeBand(picture.grey, turns % 2 === 0 ? 'rows' : 'columns', mostPixelsInBand);
  const [upright, onHead] = await Promise.all(
    [turns, turnsToHead[turns]].map((way) =>
      look({ ...picture, grey }, { turns: way, layout: 'page' }, looking),
    ),
  );
  return upright !== undefined && onHead !== undefined && worthOf(onHead) > worthOf(upright);
}

/** Words that stand on a photograph: anywhere, and often white or black as nothing else in it. */
async function findLooseWords(picture: Picture, looking: Looking): Promise<Seen> {
  const masks = isolateExtremes(picture.grey).map((grey) => ({ ...picture, grey }));
  const looks: Look[] = [];
  for (const candidate of [picture, ...masks]) {
    const seen = await look(candidate, { turns: 0, layout: 'sparse' }, looking);
    const { paragraphs } = finish(seen, 'sparse');
    looks.push({ ...seen, paragraphs, ...measureWords(wordsOf(paragraphs)) });
  }
  return looks.reduce((best, other) => (worthOf(other) > worthOf(best) ? other : best));
}

async function look(
  { grey, toShares }: Picture,
  { turns, layout }: { readonly turns: QuarterTurns; readonly layout: Layout },
  { readers, ...order }: Looking,
): Promise<Look> {
  const image = encodePgm(turnGrey(grey, turns));
  const { table, ms } = await readers.read({ ...order, image, layout });
  const paragraphs = parseTable(table);
  const back = chain(turnBack(grey, turns), toShares);
  return { paragraphs, toShares: back, ms, ...measureWords(wordsOf(paragraphs)) };
}

function finish({ paragraphs, toShares }: Seen, layout: Layout): Seen {
  return { paragraphs: mendScripts(keepText(paragraphs, layout)), toShares };
}

async function shrink(picture: Picture): Promise<Picture> {
  const grey = await shrinkGrey(picture.grey, mostPixelsTried);
  const [x, y] = [picture.grey.width / grey.width, picture.grey.height / grey.height];
  return { ...picture, grey, toShares: chain(scaleBy(x, y), picture.toShares) };
}

function isGood({ sureness, letters }: Look): boolean {
  return sureness >= goodSureness && letters >= goodLetters;
}

/** Much that is unsure is worth less than little that is sure. */
function worthOf({ sureness, letters }: Look): number {
  return (sureness / 100) ** 3 * Math.sqrt(letters);
}
