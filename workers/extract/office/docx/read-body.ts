import { buffer } from 'node:stream/consumers';
import mammoth from 'mammoth';
import { ZipFile } from 'yazl';

/** What mammoth makes of a document. */
export type Tree = {
  readonly type: string;
  readonly children?: readonly Tree[];
  readonly value?: string;
  readonly styleId?: string | null;
  readonly breakType?: string;
  readonly noteType?: string;
  readonly noteId?: string;
  readonly commentId?: string;
  readonly authorName?: string | null;
  readonly body?: readonly Tree[];
};

export type Document = {
  readonly children: readonly Tree[];
  readonly notes: { readonly resolve: (reference: Tree) => Tree | null };
  readonly comments: readonly Tree[];
};

export type Asides = {
  readonly footnotes: string;
  readonly endnotes: string;
  readonly comments: string;
};

const word = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const relations = 'http://schemas.openxmlformats.org';

/** Reads cleaned paragraphs and tables, with the notes and remarks that they refer to. */
export async function readBody(chunk: string, asides: Asides): Promise<Document> {
  const found: Document[] = [];
  await mammoth.convertToHtml(
    { buffer: await packDocument(chunk, asides) },
    {
      includeDefaultStyleMap: false,
      includeEmbeddedStyleMap: false,
      externalFileAccess: false,
      // The tree is what is wanted; nothing is left to be written as HTML.
      transformDocument: (document: Document) => {
        found.push(document);
        return { ...document, children: [], comments: [] };
      },
    },
  );
  return found[0] ?? { children: [], notes: { resolve: () => null }, comments: [] };
}

async function packDocument(chunk: string, asides: Asides): Promise<Buffer> {
  const zip = new ZipFile();
  const add = (name: string, xml: string) =>
    zip.addBuffer(Buffer.from(xml), name, { compress: false });
  add('[Content_Types].xml', `<Types xmlns="${relations}/package/2006/content-types"/>`);
  add('_rels/.rels', `<Relationships xmlns="${relations}/package/2006/relationships"/>`);
  add('word/styles.xml', `<w:styles ${word}>${styles}</w:styles>`);
  add('word/footnotes.xml', `<w:footnotes ${word}>${asides.footnotes}</w:footnotes>`);
  add('word/endnotes.xml', `<w:endnotes ${word}>${asides.endnotes}</w:endnotes>`);
  add('word/comments.xml', `<w:comments ${word}>${asides.comments}</w:comments>`);
  add('word/document.xml', `<w:document ${word}><w:body>${chunk}</w:body></w:document>`);
  zip.end();
  return buffer(zip.outputStream);
}

const styles = [1, 2, 3, 4, 5, 6, 7, 8, 9]
  .map(
    (level) =>
      `<w:style w:type="paragraph" w:styleId="H${level}"><w:name w:val="heading ${level}"/></w:style>`,
  )
  .join('');
