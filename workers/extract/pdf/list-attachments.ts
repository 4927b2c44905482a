import type { PDFDocumentProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';

export type Attachment = {
  readonly name: string;
  /** Undefined when it cannot be had. */
  load(): Promise<Uint8Array | undefined>;
};

/** The files that a PDF carries along. */
export async function listAttachments(pdf: PDFDocumentProxy): Promise<Attachment[]> {
  const attachments = await pdf.getAttachments().catch(() => null);
  return [...(attachments ?? [])].map(([id, { filename }]) => ({
    name: filename.trim() || id,
    load: async () => (await pdf.getAttachmentContent(id).catch(() => null)) ?? undefined,
  }));
}
