import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { type Found, type Reading, Refusal } from '../found.ts';
import { describePdf } from './describe-pdf.ts';
import { headingsByPage } from './headings-by-page.ts';
import { listAttachments } from './list-attachments.ts';
import { damaged, openPdf, openPdfBytes } from './open-pdf.ts';
import { type PagePlace, readPage } from './read-page.ts';

const mostPages = 5_000;
/** Where a file lies about its pages, so many that fail are enough. */
const mostFailures = 25;
const mostAttachments = 50;
/** What was loaded for pages that are read is let go from time to time. */
const pagesPerCleanup = 250;

/** Reads a PDF page by page; what of a damaged one can be had. */
export async function* readPdf(
  file: string,
  { signal }: Reading,
): AsyncGenerator<Found, void, void> {
  const { pdf, isRepaired } = await openPdf(file);
  if (pdf.numPages < 1) throw damaged();
  yield { kind: 'about', pages: pdf.numPages, ...(await describePdf(pdf)) };
  const placeOf = await placesIn(pdf);
  const read = yield* readPages(pdf, { firstUnit: 1, placeOf, signal });
  if (read.pages === 0 && read.failed > 0) throw damaged();
  if (isRepaired) {
    const message =
      'The end of this PDF or its list of pages is lost. What is left of it was read.';
    yield lossOf('file_damaged', message);
  } else if (read.failed + read.cut > 0) {
    yield lossOf('pages_damaged', sayDamage(read));
  }
  if (pdf.numPages > mostPages) {
    const message = `It has ${pdf.numPages} pages; the first ${mostPages} were read. Split it into several files.`;
    yield lossOf('too_many_pages', message);
  }
  yield* readAttached(pdf, { firstUnit: Math.min(pdf.numPages, mostPages) + 1, signal });
  await pdf.loadingTask.destroy();
}

async function placesIn(pdf: PDFDocumentProxy): Promise<(number: number) => PagePlace> {
  const headings = await headingsByPage(pdf);
  return (page) => {
    const heading = headings(page);
    return { page, ...(heading !== '' && { heading }) };
  };
}

type Read = {
  readonly pages: number;
  readonly failed: number;
  /** Of the pages, those that were read in part. */
  readonly cut: number;
};

type Way = {
  readonly firstUnit: number;
  readonly placeOf: (page: number) => PagePlace;
  readonly signal: AbortSignal;
};

async function* readPages(
  pdf: PDFDocumentProxy,
  { firstUnit, placeOf, signal }: Way,
): AsyncGenerator<Found, Read, void> {
  const read = { pages: 0, failed: 0, cut: 0 };
  for (let number = 1; number <= Math.min(pdf.numPages, mostPages); number++) {
    signal.throwIfAborted();
    if (read.failed >= mostFailures) break;
    try {
      const page = await pdf.getPage(number);
      const found = await readPage(page, { unit: firstUnit + number - 1, place: placeOf(number) });
      // One sentence is told of all.
      yield* found.filter(({ kind }) => kind !== 'loss');
      if (found.some(({ kind }) => kind === 'loss')) read.cut++;
      page.cleanup();
      read.pages++;
    } catch {
      read.failed++;
    }
    if (number % pagesPerCleanup === 0) await pdf.cleanup();
  }
  return read;
}

/** Files within the file: PDFs are read as pages that follow, of others the name is kept. */
async function* readAttached(
  pdf: PDFDocumentProxy,
  { firstUnit, signal }: Pick<Way, 'firstUnit' | 'signal'>,
): AsyncGenerator<Found, void, void> {
  let unit = firstUnit;
  for (const { name, load } of (await listAttachments(pdf)).slice(0, mostAttachments)) {
    const place = { heading: name };
    yield { kind: 'text', unit, pieces: [{ text: name, place }] };
    unit++;
    const content = await load();
    if (content === undefined || !isPdf(content)) continue;
    try {
      const { pdf: attached } = await openPdfBytes(content);
      // Its pages are none of the file's own.
      yield* readPages(attached, { firstUnit: unit, placeOf: () => place, signal });
      unit += Math.min(attached.numPages, mostPages);
      await attached.loadingTask.destroy();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      yield lossOf('attachment_unreadable', `The file “${name}” in it could not be read.`);
    }
  }
}

function isPdf(content: Uint8Array): boolean {
  return Buffer.from(content.subarray(0, 1024)).includes('%PDF-');
}

function sayDamage({ failed, cut }: Read): string {
  const sentences = [
    failed > 0 && `${countPages(failed)} damaged and could not be read.`,
    cut > 0 && `${countPages(cut)} damaged and could be read only in part.`,
  ];
  return sentences.filter(Boolean).join(' ');
}

function countPages(count: number): string {
  return count === 1 ? 'One page is' : `${count} pages are`;
}

function lossOf(code: string, message: string): Found {
  return { kind: 'loss', code, message };
}
