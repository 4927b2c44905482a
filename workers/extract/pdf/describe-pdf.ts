import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';

const mostCharacters = 300;

/** What the file says of itself. */
export async function describePdf(
  pdf: PDFDocumentProxy,
): Promise<{ title?: string; author?: string; language?: string }> {
  const info = await pdf.getMetadata().then(
    (metadata) => metadata.info,
    () => ({}),
  );
  const [title, author, language] = ['Title', 'Author', 'Language'].map((field) =>
    textAt(info, field),
  );
  return { ...(title && { title }), ...(author && { author }), ...(language && { language }) };
}

function textAt(info: object, field: string): string {
  const value: unknown = Reflect.get(info, field);
  if (typeof value !== 'string') return '';
  return value
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, mostCharacters);
}
