import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createCanvas, GlobalFonts, loadImage, type SKRSContext2D } from '@napi-rs/canvas';
import { measurePicture } from '../measure-picture.ts';
import type { Scene, SceneItem, SceneParagraph } from './scene.ts';

const widthPx = 960;
const mostPixels = 40_000_000;
const mostItems = 400;
const mostLines = 200;
const lineHeight = 1.2;

/** Draws what makes a slide known again, as a JPEG. */
export async function drawScene(scene: Scene): Promise<Buffer> {
  const scale = widthPx / scene.size[0];
  const heightPx = Math.round(Math.min(4 * widthPx, Math.max(widthPx / 8, scene.size[1] * scale)));
  const canvas = createCanvas(widthPx, heightPx);
  const context = canvas.getContext('2d');
  context.fillStyle = scene.background;
  context.fillRect(0, 0, widthPx, heightPx);
  await drawPicture(context, scene.backgroundPicture, [0, 0, widthPx, heightPx]);
  for (const item of scene.items.slice(0, mostItems)) {
    const [x, y, width, height] = item.box.map((it) => it * scale);
    const box = [x ?? 0, y ?? 0, width ?? 0, height ?? 0] as const;
    if (item.fill !== undefined) {
      context.fillStyle = item.fill;
      context.fillRect(...box);
    }
    await drawPicture(context, item.picture, box);
    drawText(context, item, box, scene.unitsPerPoint * scale);
  }
  return canvas.encode('jpeg', 85);
}

type PixelBox = readonly [number, number, number, number];

async function drawPicture(
  context: SKRSContext2D,
  bytes: Buffer | undefined,
  box: PixelBox,
): Promise<void> {
  const size = bytes && measurePicture(bytes);
  if (bytes === undefined || size === undefined || size.width * size.height > mostPixels) return;
  // A picture that is broken leaves its place empty.
  const image = await loadImage(bytes).catch(() => undefined);
  if (image !== undefined) context.drawImage(image, ...box);
}

function drawText(
  context: SKRSContext2D,
  { paragraphs, anchor }: SceneItem,
  [x, y, width, height]: PixelBox,
  pixelsPerPoint: number,
): void {
  if (paragraphs.every(({ text }) => text.trim() === '') || width < 4) return;
  const margin = Math.min(7 * pixelsPerPoint, width / 20);
  let lines: Line[] = [];
  // Text that is more than its box holds is written smaller, as the programs do.
  for (let shrink = 1; shrink >= 0.6; shrink -= 0.1) {
    lines = wrapLines(context, paragraphs, {
      width: width - 2 * margin,
      scale: pixelsPerPoint * shrink,
    });
    if (heightOf(lines) <= height) break;
  }
  const spare = height - heightOf(lines);
  let at = y + (spare > 0 ? { top: 0, middle: spare / 2, bottom: spare }[anchor] : 0);
  for (const { text, paragraph, fontPx } of lines) {
    context.font = fontOf(paragraph, fontPx);
    context.fillStyle = paragraph.color;
    context.textAlign = paragraph.align;
    const left = { left: x + margin, center: x + width / 2, right: x + width - margin };
    context.fillText(text, left[paragraph.align], at + fontPx);
    at += fontPx * lineHeight;
  }
}

type Line = { readonly text: string; readonly paragraph: SceneParagraph; readonly fontPx: number };

function heightOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { fontPx }) => sum + fontPx * lineHeight, 0);
}

function wrapLines(
  context: SKRSContext2D,
  paragraphs: readonly SceneParagraph[],
  { width, scale }: { width: number; scale: number },
): Line[] {
  const lines: Line[] = [];
  for (const paragraph of paragraphs) {
    const fontPx = Math.min(400, Math.max(4, paragraph.points * scale));
    context.font = fontOf(paragraph, fontPx);
    for (const part of paragraph.text.slice(0, 4_000).split('\n')) {
      let line = '';
      for (const word of part.split(/(?<=\s)/)) {
        if (line !== '' && context.measureText(line + word.trimEnd()).width > width) {
          lines.push({ text: line, paragraph, fontPx });
          line = '';
        }
        line += word;
      }
      lines.push({ text: line, paragraph, fontPx });
      if (lines.length > mostLines) return lines;
    }
  }
  return lines;
}

function fontOf({ isBold }: SceneParagraph, fontPx: number): string {
  return `${isBold ? 'bold ' : ''}${fontPx.toFixed(1)}px "${bringFont()}", sans-serif`;
}

/** A machine may have no fonts; the reader of PDFs brings Latin and Cyrillic letters. */
function bringFont(): string {
  const name = 'Slide';
  if (!GlobalFonts.has(name)) {
    const home = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
    for (const face of ['Regular', 'Bold']) {
      GlobalFonts.registerFromPath(join(home, `standard_fonts/LiberationSans-${face}.ttf`), name);
    }
  }
  return name;
}
