import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { Refusal, type Found, type Read } from '../extract/found.ts';

const ooxml = 'http://schemas.openxmlformats.org';
export const namespaces = {
  w: `xmlns:w="${ooxml}/wordprocessingml/2006/main"`,
  p: `xmlns:p="${ooxml}/presentationml/2006/main"`,
  a: `xmlns:a="${ooxml}/drawingml/2006/main"`,
  r: `xmlns:r="${ooxml}/officeDocument/2006/relationships"`,
  c: `xmlns:c="${ooxml}/drawingml/2006/chart"`,
  dgm: `xmlns:dgm="${ooxml}/drawingml/2006/diagram"`,
  mc: `xmlns:mc="${ooxml}/markup-compatibility/2006"`,
  m: `xmlns:m="${ooxml}/officeDocument/2006/math"`,
} as const;
const all = Object.values(namespaces).join(' ');

export type Parts = Readonly<Record<string, string | Buffer>>;

export async function makeZip(parts: Parts): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(parts)) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  return buffer(zip.outputStream);
}

/** Relations of a part, each `id: [type, target]`. */
export function relations(list: Readonly<Record<string, readonly [string, string]>>): string {
  const items = Object.entries(list).map(([id, [type, target]]) => {
    const mode = /^[a-z]+:/.test(target) ? ' TargetMode="External"' : '';
    return `<Relationship Id="${id}" Type="${ooxml}/officeDocument/2006/relationships/${type}" Target="${target}"${mode}/>`;
  });
  return `<Relationships xmlns="${ooxml}/package/2006/relationships">${items.join('')}</Relationships>`;
}

function contentTypes(name: string, type: string): string {
  return `<Types xmlns="${ooxml}/package/2006/content-types"><Override PartName="/${name}" ContentType="application/vnd.openxmlformats-officedocument.${type}"/></Types>`;
}

export type DocxFile = {
  readonly body: string;
  readonly parts?: Parts;
  readonly related?: Readonly<Record<string, readonly [string, string]>>;
};

/** A document whose body is given as XML, with whatever other parts it refers to. */
export function docxParts({
  body,
  parts = {},
  related = {},
}: DocxFile): Record<string, string | Buffer> {
  return {
    '[Content_Types].xml': contentTypes('word/document.xml', 'wordprocessingml.document.main+xml'),
    '_rels/.rels': relations({ r1: ['officeDocument', 'word/document.xml'] }),
    'word/document.xml': `<w:document ${all}><w:body>${body}</w:body></w:document>`,
    'word/_rels/document.xml.rels': relations(related),
    ...parts,
  };
}

export type PptxFile = {
  /** The shapes of each slide as XML. */
  readonly slides: readonly string[];
  readonly parts?: Parts;
};

export function pptxParts({ slides, parts = {} }: PptxFile): Record<string, string | Buffer> {
  const ids = slides.map((_, i) => [`s${i + 1}`, ['slide', `slides/slide${i + 1}.xml`]] as const);
  const list = ids.map(([id], i) => `<p:sldId id="${256 + i}" r:id="${id}"/>`).join('');
  const files = slides.map((shapes, i) => [`ppt/slides/slide${i + 1}.xml`, slideXml(shapes)]);
  return {
    '[Content_Types].xml': contentTypes(
      'ppt/presentation.xml',
      'presentationml.presentation.main+xml',
    ),
    '_rels/.rels': relations({ r1: ['officeDocument', 'ppt/presentation.xml'] }),
    'ppt/presentation.xml': `<p:presentation ${all}><p:sldIdLst>${list}</p:sldIdLst><p:sldSz cx="1000" cy="500"/></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': relations(Object.fromEntries(ids)),
    ...Object.fromEntries(files),
    ...parts,
  };
}

export function slideXml(shapes: string, root = 'p:sld'): string {
  return `<${root} ${all}><p:cSld><p:spTree>${shapes}</p:spTree></p:cSld></${root}>`;
}

export function textShape(
  text: string,
  { at, placeholder }: { at?: readonly number[]; placeholder?: string } = {},
): string {
  const [x, y, cx, cy] = at ?? [];
  const xfrm = at
    ? `<a:xfrm><a:off x="${x}" y="${y}"/><a:ext cx="${cx}" cy="${cy}"/></a:xfrm>`
    : '';
  const ph = placeholder ? `<p:ph type="${placeholder}"/>` : '';
  return `<p:sp><p:nvSpPr><p:nvPr>${ph}</p:nvPr></p:nvSpPr><p:spPr>${xfrm}</p:spPr><p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;
}

export function paragraph(text: string, properties = ''): string {
  return `<w:p><w:pPr>${properties}</w:pPr><w:r><w:t>${text}</w:t></w:r></w:p>`;
}

export type ReadOutcome = {
  readonly found: readonly Found[];
  readonly folder: string;
  /** Of all pieces in order, without their places. */
  readonly texts: readonly string[];
  readonly refusal: string | undefined;
  readonly losses: readonly string[];
};

/** Writes bytes to a file and reads it with an engine, to the end or until it refuses. */
export async function readWith(read: Read, bytes: Buffer): Promise<ReadOutcome> {
  const folder = await mkdtemp(join(tmpdir(), 'lectern-office-'));
  const file = join(folder, 'original');
  await writeFile(file, bytes);
  const found: Found[] = [];
  let refusal: string | undefined;
  try {
    for await (const it of read(file, { folder, signal: new AbortController().signal })) {
      found.push(it);
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    refusal = error.code;
  }
  return {
    found,
    folder,
    refusal,
    texts: found.flatMap((it) => (it.kind === 'text' ? it.pieces.map(({ text }) => text) : [])),
    losses: found.flatMap((it) => (it.kind === 'loss' ? [it.code] : [])),
  };
}
