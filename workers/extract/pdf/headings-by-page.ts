import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';

type Entry = Awaited<ReturnType<PDFDocumentProxy['getOutline']>>[number];
const mostEntries = 2_000;
const mostLevels = 6;
const mostCharacters = 200;

/** The headings that a page stands under, by the file's own list of contents. */
export async function headingsByPage(pdf: PDFDocumentProxy): Promise<(page: number) => string> {
  const starts: { page: number; path: string }[] = [];
  let seen = 0;
  const walk = async (entries: readonly Entry[], above: readonly string[]): Promise<void> => {
    for (const entry of entries) {
      if (++seen > mostEntries || above.length >= mostLevels) return;
      const path = [...above, entry.title.trim().slice(0, mostCharacters)].filter(Boolean);
      const page = await pageOf(pdf, entry);
      if (page !== undefined) starts.push({ page, path: path.join(' › ') });
      await walk(entry.items, path);
    }
  };
  // Broken lists of contents are common, and the text is there without them.
  await pdf.getOutline().then(
    (entries: readonly Entry[] | null) => walk(entries ?? [], []),
    () => undefined,
  );
  starts.sort((a, b) => a.page - b.page);
  return (page) => starts.findLast((start) => start.page <= page)?.path ?? '';
}

async function pageOf(pdf: PDFDocumentProxy, { dest }: Entry): Promise<number | undefined> {
  try {
    const target: unknown = typeof dest === 'string' ? await pdf.getDestination(dest) : dest;
    const first: unknown = Array.isArray(target) ? target[0] : undefined;
    if (typeof first === 'number') return first + 1;
    return isRef(first) ? (await pdf.getPageIndex(first)) + 1 : undefined;
  } catch {
    return undefined;
  }
}

function isRef(value: unknown): value is { num: number; gen: number } {
  return typeof value === 'object' && value !== null && 'num' in value && 'gen' in value;
}
