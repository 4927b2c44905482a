import { readFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { openPdfBytes } from '../extract/pdf/open-pdf.ts';
import { readPdf } from '../extract/pdf/read-pdf.ts';

export type Way = 'bare' | 'whole';

export type Once = {
  readonly ms: number;
  /** The most that the process held in memory. */
  readonly peakMb: number;
  readonly text: string;
};

/** A process that reads one PDF: with nothing but the library, or as the product does. */
if (import.meta.main) {
  const [way, file = ''] = process.argv.slice(2);
  const startedAt = performance.now();
  const text = way === 'bare' ? await readBare(file) : await readWhole(file);
  const ms = performance.now() - startedAt;
  const once: Once = { ms, peakMb: peakMb(), text };
  process.send?.(once);
}

async function readBare(file: string): Promise<string> {
  const { pdf } = await openPdfBytes(new Uint8Array(await readFile(file)));
  const texts: string[] = [];
  for (let number = 1; number <= pdf.numPages; number++) {
    const page = await pdf.getPage(number);
    const { items } = await page.getTextContent();
    texts.push(items.map((item) => ('str' in item ? item.str : '')).join(' '));
    page.cleanup();
  }
  return texts.join('\n');
}

async function readWhole(file: string): Promise<string> {
  const { signal } = new AbortController();
  const texts: string[] = [];
  for await (const found of readPdf(file, { folder: '', signal })) {
    if (found.kind === 'text') texts.push(...found.pieces.map(({ text }) => text));
  }
  return texts.join('\n');
}

function peakMb(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS / 1_024;
  const [, kilobytes = '0'] =
    /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kilobytes) / 1_024;
}
