import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { getDocument, type PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { Refusal } from '../found.ts';
import { repairPdf } from './repair-pdf.ts';

/** It is held in memory while it is read. */
const mostBytes = 512 * 1024 * 1024;
/** Of one picture; larger ones are left out. */
const mostPixels = 100_000_000;
const resources = fileURLToPath(
  new URL('../../', import.meta.resolve('pdfjs-dist/legacy/build/pdf.mjs')),
);

export type OpenPdf = {
  readonly pdf: PDFDocumentProxy;
  /** Something of the file is lost, and the rest was put together again. */
  readonly isRepaired: boolean;
};

export async function openPdf(file: string): Promise<OpenPdf> {
  const { size } = await stat(file);
  if (size > mostBytes) {
    throw new Refusal('too_large', 'This PDF is larger than 512 MB. Split it into several files.');
  }
  return openPdfBytes(new Uint8Array(await readFile(file)));
}

/** What is damaged is opened as far as it can be. */
export async function openPdfBytes(bytes: Uint8Array): Promise<OpenPdf> {
  try {
    // What is given is taken away, and a second try needs it.
    return { pdf: await load(bytes.slice()), isRepaired: false };
  } catch (error) {
    const refusal = refusalOf(error);
    if (!(refusal instanceof Refusal) || refusal.code !== 'file_damaged') throw refusal;
    for (const repaired of repairPdf(bytes)) {
      const pdf = await load(repaired).catch(() => undefined);
      if (pdf !== undefined) return { pdf, isRepaired: true };
    }
    throw refusal;
  }
}

async function load(data: Uint8Array): Promise<PDFDocumentProxy> {
  const pdf = await parse(data);
  if (!(await isWithoutPages(pdf))) return pdf;
  await pdf.loadingTask.destroy();
  throw damaged();
}

/** Where the list of pages leads to none, the list itself is taken for one, with nothing on it. */
async function isWithoutPages(pdf: PDFDocumentProxy): Promise<boolean> {
  if (pdf.numPages !== 1 || pdf.isPureXfa) return false;
  const page = await pdf.getPage(1).catch(() => undefined);
  if (page === undefined || page.ref !== null) return false;
  return (await page.getOperatorList()).fnArray.length === 0;
}

function parse(data: Uint8Array): Promise<PDFDocumentProxy> {
  return getDocument({
    data,
    verbosity: 0,
    enableXfa: true,
    disableFontFace: true,
    useSystemFonts: false,
    useWorkerFetch: false,
    maxImageSize: mostPixels,
    // All that it needs lies beside it; nothing is fetched.
    cMapUrl: join(resources, 'cmaps/'),
    standardFontDataUrl: join(resources, 'standard_fonts/'),
    wasmUrl: join(resources, 'wasm/'),
    iccUrl: join(resources, 'iccs/'),
  }).promise;
}

function refusalOf(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof Refusal) return error;
  if (error.name === 'PasswordException') {
    return new Refusal(
      'password_protected',
      'This PDF opens only with a password. Upload it without one.',
    );
  }
  return damaged();
}

export function damaged(): Refusal {
  return new Refusal(
    'file_damaged',
    'This PDF is damaged, so that no page can be read. Save it anew and upload that.',
  );
}
