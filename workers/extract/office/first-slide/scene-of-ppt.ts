import { openCompoundFile } from '../compound-file.ts';
import { damaged } from '../open-package.ts';
import { blipReader } from '../ppt/read-blips.ts';
import { childOf, childrenOf, types, type Record } from '../ppt/read-records.ts';
import { openPpt, readInner, shapesOf, slideSize } from '../ppt/open-ppt.ts';
import type { Scene, SceneItem } from './scene.ts';

const unitsPerPoint = 8;
const colorScheme = 0x07f0;

/** What the first slide of an older presentation shows: its text and pictures at their places. */
export function sceneOfPpt(bytes: Buffer): Scene | undefined {
  const file = openCompoundFile(bytes);
  if (file === undefined) throw damaged();
  const deck = openPpt(file);
  const [slide] = deck.slides;
  if (slide === undefined) return undefined;
  const blip = blipReader(deck.document, readInner(file, 'Pictures'));
  const size = slideSize(deck);
  const [background = '#ffffff', text = '#000000', , title = text] = readScheme(slide.container);
  const items = shapesOf(slide).map((shape): SceneItem => {
    const box = shape.box ?? [size[0] * 0.05, size[1] * 0.05, size[0] * 0.9, size[1] * 0.2];
    return {
      box,
      fill: undefined,
      picture: shape.picture === undefined ? undefined : blip(shape.picture),
      anchor: shape.isTitle ? 'middle' : 'top',
      paragraphs: shape.text.split('\n').map((line) => ({
        text: line,
        points: shape.isTitle ? 40 : 24,
        color: shape.isTitle ? title : text,
        isBold: false,
        align: shape.isTitle ? 'center' : 'left',
      })),
    };
  });
  return { size, unitsPerPoint, background, backgroundPicture: undefined, items };
}

/** Background, text, shadow and title come first. */
function readScheme(slide: Record | undefined): string[] {
  const data =
    childrenOf(slide).find(({ type, instance }) => type === colorScheme && instance === 1)?.data ??
    childOf(slide, colorScheme)?.data;
  if (data === undefined || data.length < 32 || childOf(slide, types.slideAtom) === undefined) {
    return [];
  }
  return [0, 1, 2, 3].map((i) => `#${data.toString('hex', i * 4, i * 4 + 3)}`);
}
