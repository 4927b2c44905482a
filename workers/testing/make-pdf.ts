import { deflateSync } from 'node:zlib';

export type PdfText = {
  readonly text: string;
  readonly x: number;
  /** From below, as PDFs count. */
  readonly y: number;
  readonly size?: number;
  /** Against the clock. */
  readonly angle?: number;
  /** Added after each letter. */
  readonly spacing?: number;
  /** Without what says which letters its glyphs are. */
  readonly isUnnamed?: boolean;
  readonly isVertical?: boolean;
};

export type PdfPage = {
  readonly texts?: readonly PdfText[];
  readonly width?: number;
  readonly height?: number;
  readonly rotate?: number;
  /** Grey pixels over the whole page. */
  readonly picture?: { readonly width: number; readonly height: number; readonly pixels: Buffer };
  /** Notes on it. */
  readonly notes?: readonly string[];
  /** Instead of what would be drawn. */
  readonly content?: string;
};

export type PdfFile = {
  readonly pages: readonly PdfPage[];
  readonly info?: Readonly<Record<string, string>>;
  readonly language?: string;
  /** The list of contents: the title, and the page from 0. */
  readonly outline?: readonly { readonly title: string; readonly page: number }[];
  readonly attachments?: readonly { readonly name: string; readonly bytes: Buffer }[];
  /** More of the last words of the file. */
  readonly trailer?: string;
};

/** A small PDF whose one font has every letter, each half as wide as high. */
export function makePdf(file: PdfFile): Buffer {
  const { pages, info = {}, language, outline = [], attachments = [], trailer = '' } = file;
  const objects: (string | Buffer)[] = [];
  const add = (body: string | Buffer) => objects.push(body);
  const catalog = add('');
  const tree = add('');
  const named = `/ToUnicode ${add(stream('', everyLetter))} 0 R`;
  const fonts =
    `/A ${add(font('H', named))} 0 R/B ${add(font('H', ''))} 0 R` +
    `/C ${add(font('V', named))} 0 R`;
  const kids = pages.map((page) => addPage(page));
  objects[tree - 1] =
    `<</Type/Pages/Count ${kids.length}/Kids[${kids.map((id) => `${id} 0 R`).join(' ')}]>>`;
  const extra = [addOutline(), addAttachments(), language ? `/Lang${hex(language)}` : ''];
  objects[catalog - 1] = `<</Type/Catalog/Pages ${tree} 0 R${extra.join('')}>>`;
  const about = Object.entries(info).map(([name, value]) => `/${name}${hex(value)}`);
  return join(objects, `/Root ${catalog} 0 R/Info ${add(`<<${about.join('')}>>`)} 0 R${trailer}`);

  function addPage(page: PdfPage): number {
    const { width = 595, height = 842, rotate = 0, texts = [], picture, notes = [] } = page;
    const image = picture && add(pictureStream(picture));
    const drawn = image ? `q ${width} 0 0 ${height} 0 0 cm /P Do Q\n` : '';
    const content = add(stream('', page.content ?? drawn + texts.map(draw).join('\n')));
    const annotations = notes.map((note) =>
      add(`<</Type/Annot/Subtype/Text/Rect[10 10 30 30]/Contents${hex(note)}>>`),
    );
    return add(
      `<</Type/Page/Parent ${tree} 0 R/MediaBox[0 0 ${width} ${height}]/Rotate ${rotate}` +
        `/Contents ${content} 0 R/Annots[${annotations.map((id) => `${id} 0 R`).join(' ')}]` +
        `/Resources<</Font<<${fonts}>>${image ? `/XObject<</P ${image} 0 R>>` : ''}>>>>`,
    );
  }

  function addOutline(): string {
    if (outline.length === 0) return '';
    const root = objects.length + 1;
    const items = outline.map((_, i) => root + 1 + i);
    add(`<</First ${items[0]} 0 R/Last ${items.at(-1)} 0 R/Count ${items.length}>>`);
    for (const [i, { title, page }] of outline.entries()) {
      const next = items[i + 1] ? `/Next ${items[i + 1]} 0 R` : '';
      add(`<</Title${hex(title)}/Parent ${root} 0 R${next}/Dest[${kids[page]} 0 R/Fit]>>`);
    }
    return `/Outlines ${root} 0 R`;
  }

  function addAttachments(): string {
    if (attachments.length === 0) return '';
    const names = attachments.map(({ name, bytes }) => {
      const content = add(stream('/Type/EmbeddedFile', bytes));
      return `${hex(name)} ${add(`<</Type/Filespec/F${hex(name)}/UF${hex(name)}/EF<</F ${content} 0 R>>>>`)} 0 R`;
    });
    return `/Names<</EmbeddedFiles<</Names[${names.join(' ')}]>>>>`;
  }

  /** Its glyphs are numbered as Unicode is. */
  function font(direction: 'H' | 'V', mapping: string): string {
    const below = add(
      '<</Type/Font/Subtype/CIDFontType2/BaseFont/Any/DW 500' +
        '/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>' +
        `/FontDescriptor ${add('<</Type/FontDescriptor/FontName/Any/Flags 4/FontBBox[0 -200 1000 800]/ItalicAngle 0/Ascent 800/Descent -200/CapHeight 700/StemV 80>>')} 0 R>>`,
    );
    return `<</Type/Font/Subtype/Type0/BaseFont/Any/Encoding/Identity-${direction}/DescendantFonts[${below} 0 R]${mapping}>>`;
  }
}

const everyLetter =
  '/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Any def\n' +
  '1 begincodespacerange <0000> <FFFF> endcodespacerange\n' +
  '1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end end';

function draw({
  text,
  x,
  y,
  size = 12,
  angle = 0,
  spacing = 0,
  isUnnamed,
  isVertical,
}: PdfText): string {
  const [cos, sin] = [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)];
  const matrix = [cos, sin, -sin, cos].map((value) => (value * size).toFixed(3)).join(' ');
  const codes = Buffer.from(text, 'utf16le').swap16().toString('hex');
  const font = isUnnamed ? 'B' : isVertical ? 'C' : 'A';
  return `BT /${font} 1 Tf ${spacing} Tc ${matrix} ${x} ${y} Tm <${codes}> Tj ET`;
}

function pictureStream({ width, height, pixels }: NonNullable<PdfPage['picture']>): Buffer {
  const kind = '/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8';
  return stream(
    `${kind}/Width ${width}/Height ${height}/Filter/FlateDecode`,
    deflateSync(pixels, { level: 1 }),
  );
}

function stream(entries: string, content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  const head = Buffer.from(`<<${entries}/Length ${bytes.length}>>stream\n`);
  return Buffer.concat([head, bytes, Buffer.from('\nendstream')]);
}

function hex(text: string): string {
  return `<feff${Buffer.from(text, 'utf16le').swap16().toString('hex')}>`;
}

function join(objects: readonly (string | Buffer)[], trailer: string): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  const offsets: number[] = [];
  let length = parts[0]?.length ?? 0;
  const push = (part: Buffer) => {
    parts.push(part);
    length += part.length;
  };
  for (const [i, body] of objects.entries()) {
    offsets.push(length);
    push(
      Buffer.concat([
        Buffer.from(`${i + 1} 0 obj\n`),
        Buffer.from(body),
        Buffer.from('\nendobj\n'),
      ]),
    );
  }
  const start = length;
  const lines = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  const size = objects.length + 1;
  push(Buffer.from(`xref\n0 ${size}\n0000000000 65535 f \n${lines.join('')}`));
  push(Buffer.from(`trailer\n<</Size ${size}${trailer}>>\nstartxref\n${start}\n%%EOF\n`));
  return Buffer.concat(parts);
}
