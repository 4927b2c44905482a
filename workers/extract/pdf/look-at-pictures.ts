import { OPS, type PDFPageProxy, Util } from 'pdfjs-dist/legacy/build/pdf.mjs';

export type Pictures = {
  /** How much of the page they cover, from 0 to 1. */
  readonly share: number;
  /** Shapes, which letters that were turned into outlines are too. */
  readonly outlines: number;
  /** The page goes no further than to the place of words that were to come: what draws them is damaged. */
  readonly endsWithinText: boolean;
};

const painting: ReadonlySet<number> = new Set([
  OPS.paintImageXObject,
  OPS.paintImageMaskXObject,
  OPS.paintInlineImageXObject,
  OPS.paintInlineImageXObjectGroup,
  OPS.paintImageXObjectRepeat,
  OPS.paintImageMaskXObjectRepeat,
  OPS.paintImageMaskXObjectGroup,
  OPS.paintSolidColorImageMask,
]);

/** After which words are to come, and after which they need not. */
const awaitsWords: ReadonlyMap<number, boolean> = new Map([
  [OPS.beginText, true],
  [OPS.moveText, true],
  [OPS.setLeadingMoveText, true],
  [OPS.setTextMatrix, true],
  [OPS.nextLine, true],
  [OPS.showText, false],
  [OPS.showSpacedText, false],
  [OPS.endText, false],
]);

type Matrix = readonly number[];
const upright: Matrix = [1, 0, 0, 1, 0, 0];

/** What there is on a page besides its text. Takes the decoding of its pictures. */
export async function lookAtPictures(page: PDFPageProxy): Promise<Pictures> {
  const { fnArray, argsArray } = await page.getOperatorList();
  const { width, height } = page.getViewport({ scale: 1 });
  const saved: Matrix[] = [];
  let matrix = upright;
  let area = 0;
  let outlines = 0;
  let endsWithinText = false;
  // Notes on the page are drawn after all of its own.
  const ownEnd = fnArray.indexOf(OPS.beginAnnotation);
  for (const [i, operation] of fnArray.entries()) {
    if (operation === OPS.save || operation === OPS.paintFormXObjectBegin) saved.push(matrix);
    if (operation === OPS.restore || operation === OPS.paintFormXObjectEnd) {
      matrix = saved.pop() ?? upright;
    }
    if (operation === OPS.transform) matrix = Util.transform(matrix, toMatrix(argsArray[i]));
    if (operation === OPS.paintFormXObjectBegin) {
      matrix = Util.transform(matrix, toMatrix(argsArray[i]?.[0]));
    }
    if (ownEnd < 0 || i < ownEnd) endsWithinText = awaitsWords.get(operation) ?? endsWithinText;
    if (operation === OPS.constructPath) outlines++;
    // A picture is drawn over the square of the length 1.
    if (painting.has(operation)) area += areaOf(matrix);
  }
  const share = Math.min(1, area / Math.max(1, width * height));
  return { share, outlines, endsWithinText };
}

function toMatrix(given: unknown): number[] {
  const values = ArrayBuffer.isView(given) && given instanceof Float32Array ? [...given] : given;
  const isMatrix = Array.isArray(values) && values.length === 6;
  return isMatrix ? values.map(Number) : [...upright];
}

function areaOf([a = 0, b = 0, c = 0, d = 0]: Matrix): number {
  const area = Math.abs(a * d - b * c);
  return Number.isFinite(area) ? area : 0;
}
