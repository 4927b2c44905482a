import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createCanvas, GlobalFonts, type SKRSContext2D } from '@napi-rs/canvas';

export type Drawing = {
  readonly width: number;
  readonly height: number;
  readonly fontPx: number;
  readonly marginPx?: number;
  readonly ink?: string;
  readonly paper?: string;
  /** Clockwise. */
  readonly skewDegrees?: number;
  /** How far a pixel may be from what it should be, of 255. */
  readonly noise?: number;
};

export type GreyPicture = {
  readonly width: number;
  readonly height: number;
  readonly pixels: Buffer;
};

/** Paragraphs of text on a page as a scanner would give it, in letters that every machine has. */
export function drawPage(text: string, drawing: Drawing): GreyPicture {
  const { width, height, fontPx, ink = 'black', paper = 'white', noise = 0 } = drawing;
  const marginPx = drawing.marginPx ?? Math.round(width / 10);
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  context.fillStyle = paper;
  context.fillRect(0, 0, width, height);
  context.translate(width / 2, height / 2);
  context.rotate(((drawing.skewDegrees ?? 0) * Math.PI) / 180);
  context.translate(-width / 2, -height / 2);
  context.fillStyle = ink;
  context.font = `${fontPx}px "${bringFont()}"`;
  let baseline = marginPx + fontPx;
  for (const paragraph of text.split('\n')) {
    for (const line of wrap(context, paragraph, width - 2 * marginPx)) {
      context.fillText(line, marginPx, baseline);
      baseline += Math.round(fontPx * 1.4);
    }
    baseline += Math.round(fontPx * 0.7);
  }
  const { data } = context.getImageData(0, 0, width, height);
  const pixels = Buffer.alloc(width * height);
  let seed = 1;
  for (let i = 0; i < pixels.length; i++) {
    const red = data[4 * i] ?? 0;
    const green = data[4 * i + 1] ?? 0;
    const blue = data[4 * i + 2] ?? 0;
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    const off = noise === 0 ? 0 : ((seed >> 8) % (2 * noise + 1)) - noise;
    const grey = Math.round(0.299 * red + 0.587 * green + 0.114 * blue) + off;
    pixels[i] = Math.min(255, Math.max(0, grey));
  }
  return { width, height, pixels };
}

function wrap(context: SKRSContext2D, paragraph: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && context.measureText(longer).width > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

/** The letters that the reader of PDFs brings: Latin and Cyrillic. */
function bringFont(): string {
  const name = 'Drawn Page';
  if (!GlobalFonts.has(name)) {
    const home = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
    GlobalFonts.registerFromPath(join(home, 'standard_fonts/LiberationSans-Regular.ttf'), name);
  }
  return name;
}
