// Runs only in the sandbox, as the engine `pdfPages` of `rendered.ts`:
//   sandbox.read({ engine: pdfPages, file, folder, signal, ask: { pages: [3, 7], as: 'grey' } })
// gives { kind: 'rendered', page, fileName, width, height, dpi } for each page, or a loss.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Canvas, createCanvas } from '@napi-rs/canvas';
import type { PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { Reading } from '../found.ts';
import { openPdf } from './open-pdf.ts';
import type { PagesAsk, Rendered } from './rendered.ts';

const defaultDpi = 170;
const defaultPixels = 12_000_000;
const pointsPerInch = 72;

export async function* renderPages(
  file: string,
  { folder, signal, ask }: Reading & { readonly ask: PagesAsk },
): AsyncGenerator<Rendered, void, void> {
  const { pdf } = await openPdf(file);
  for (const page of ask.pages) {
    signal.throwIfAborted();
    try {
      const proxy = await pdf.getPage(page);
      const drawn = await drawPage(proxy, ask);
      proxy.cleanup();
      const { canvas, dpi } = shrink(drawn, ask);
      const { width, height } = canvas;
      const fileName = `page-${page}.${ask.as === 'grey' ? 'pgm' : 'jpg'}`;
      await writeFile(
        join(folder, fileName),
        ask.as === 'grey' ? toPgm(canvas) : await canvas.encode('jpeg', 80),
      );
      yield { kind: 'rendered', page, fileName, width, height, dpi };
    } catch {
      const message = `Page ${page} could not be drawn, because it is damaged.`;
      yield { kind: 'loss', page, code: 'page_damaged', message };
    }
  }
  await pdf.loadingTask.destroy();
}

type Drawn = { readonly canvas: Canvas; readonly dpi: number };

async function drawPage(
  page: PDFPageProxy,
  { dpi = defaultDpi, mostPixels = defaultPixels }: PagesAsk,
): Promise<Drawn> {
  const whole = page.getViewport({ scale: 1 });
  const wanted = dpi / pointsPerInch;
  const scale = Math.min(wanted, Math.sqrt(mostPixels / (whole.width * whole.height)));
  const viewport = page.getViewport({ scale });
  const canvas = createCanvas(
    Math.max(1, Math.floor(viewport.width)),
    Math.max(1, Math.floor(viewport.height)),
  );
  const canvasContext = canvas.getContext('2d');
  await page.render({ canvas: null, canvasContext, viewport, background: 'white' }).promise;
  return { canvas, dpi: scale * pointsPerInch };
}

/** Fine lines survive this better than being drawn small. */
function shrink(drawn: Drawn, { mostSide = Infinity }: PagesAsk): Drawn {
  const { canvas, dpi } = drawn;
  const scale = mostSide / Math.max(canvas.width, canvas.height);
  if (scale >= 1) return drawn;
  const [width, height] = [canvas.width, canvas.height].map((side) =>
    Math.max(1, Math.round(side * scale)),
  );
  const small = createCanvas(width ?? 1, height ?? 1);
  const context = small.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(canvas, 0, 0, small.width, small.height);
  return { canvas: small, dpi: dpi * scale };
}

/** As the eye weighs colours. */
function toPgm(canvas: Canvas): Buffer {
  const { width, height } = canvas;
  const pixels = canvas.data();
  const header = Buffer.from(`P5\n${width} ${height}\n255\n`);
  const grey = Buffer.alloc(header.length + width * height);
  header.copy(grey);
  for (let from = 0, to = header.length; to < grey.length; from += 4, to++) {
    const [red = 0, green = 0, blue = 0] = [pixels[from], pixels[from + 1], pixels[from + 2]];
    grey[to] = (red * 77 + green * 150 + blue * 29) >> 8;
  }
  return grey;
}
