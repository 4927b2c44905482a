import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { test } from 'node:test';
import { encodePicture } from '../../testing/encode-picture.ts';
import {
  docxParts,
  makeZip,
  namespaces,
  paragraph,
  readWith,
  type DocxFile,
} from '../../testing/make-office.ts';
import { makeCompoundFile } from '../../testing/make-compound-file.ts';
import { readDocx } from './read-docx.ts';

const grey = (width: number, height: number) =>
  encodePicture({ width, height, pixels: Buffer.alloc(width * height, 128) });
const read = async (file: DocxFile) => readWith(readDocx, await makeZip(docxParts(file)));
const styles = `<w:styles ${namespaces.w}>
  <w:style w:type="paragraph" w:styleId="A1"><w:name w:val="heading 1"/></w:style>
  <w:style w:type="paragraph" w:styleId="Own"><w:name w:val="Own"/><w:basedOn w:val="A1"/>
    <w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style></w:styles>`;

test('each paragraph knows the headings it stands under', async () => {
  const { found } = await read({
    body:
      paragraph('Before') +
      paragraph('Tides', '<w:pStyle w:val="A1"/>') +
      paragraph('Spring', '<w:pStyle w:val="Own"/>') +
      paragraph('Twice a month.') +
      paragraph('Winds', '<w:outlineLvl w:val="0"/>') +
      paragraph('From the west.'),
    parts: { 'word/styles.xml': styles },
    related: { s: ['styles', 'styles.xml'] },
  });
  const pieces = found.flatMap((it) => (it.kind === 'text' ? it.pieces : []));
  assert.deepEqual(
    pieces.map(({ text, place }) => [text, place.heading]),
    [
      ['Before', undefined],
      ['Tides', 'Tides'],
      ['Spring', 'Tides › Spring'],
      ['Twice a month.', 'Tides › Spring'],
      ['Winds', 'Winds'],
      ['From the west.', 'Winds'],
    ],
  );
  const units = found.flatMap((it) => (it.kind === 'text' ? [it.unit] : []));
  assert.deepEqual(units, [1, 2, 3, 4]);
});

test('rows of a table are lines, and lists have their numbers', async () => {
  const cell = (text: string) => `<w:tc>${paragraph(text)}</w:tc>`;
  const item = (text: string, level: number) =>
    paragraph(text, `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="7"/></w:numPr>`);
  const level = (n: number, format: string, text: string) =>
    `<w:lvl w:ilvl="${n}"><w:start w:val="1"/><w:numFmt w:val="${format}"/><w:lvlText w:val="${text}"/></w:lvl>`;
  const { texts } = await read({
    body:
      `<w:tbl><w:tr>${cell('a')}${cell('b')}</w:tr><w:tr>${cell('c')}${cell('d')}</w:tr></w:tbl>` +
      item('first', 0) +
      item('inner', 1) +
      item('inner', 1) +
      item('second', 0) +
      item('inner', 1),
    parts: {
      'word/numbering.xml': `<w:numbering ${namespaces.w}><w:abstractNum w:abstractNumId="0">
        ${level(0, 'decimal', '%1.')}${level(1, 'lowerLetter', '%1.%2)')}</w:abstractNum>
        <w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num></w:numbering>`,
    },
    related: { n: ['numbering', 'numbering.xml'] },
  });
  assert.deepEqual(texts, [
    'a\tb\nc\td',
    '1. first',
    '1.a) inner',
    '1.b) inner',
    '2. second',
    '2.a) inner',
  ]);
});

test('notes and remarks stand after what refers to them, headers and footers at the end', async () => {
  const { texts } = await read({
    body:
      '<w:p><w:r><w:t>Water</w:t><w:footnoteReference w:id="2"/><w:endnoteReference w:id="3"/>' +
      '<w:commentReference w:id="1"/></w:r></w:p>' +
      paragraph('Last'),
    parts: {
      'word/footnotes.xml': `<w:footnotes ${namespaces.w}><w:footnote w:id="0" w:type="separator">${paragraph('-')}</w:footnote><w:footnote w:id="2">${paragraph('Salt.')}</w:footnote></w:footnotes>`,
      'word/endnotes.xml': `<w:endnotes ${namespaces.w}><w:endnote w:id="3">${paragraph('Sweet.')}</w:endnote></w:endnotes>`,
      'word/comments.xml': `<w:comments ${namespaces.w}><w:comment w:id="1" w:author="Ann">${paragraph('Sure?')}</w:comment></w:comments>`,
      'word/header1.xml': `<w:hdr ${namespaces.w}>${paragraph('Atlas')}</w:hdr>`,
      'word/footer1.xml': `<w:ftr ${namespaces.w}>${paragraph('Atlas')}${paragraph('Secret')}</w:ftr>`,
    },
    related: {
      a: ['footnotes', 'footnotes.xml'],
      b: ['endnotes', 'endnotes.xml'],
      c: ['comments', 'comments.xml'],
      d: ['header', 'header1.xml'],
      e: ['footer', 'footer1.xml'],
    },
  });
  assert.deepEqual(texts, ['Water', 'Salt.', 'Sweet.', 'Ann: Sure?', 'Last', 'Atlas', 'Secret']);
});

test('text boxes are read once, deleted text and instructions not at all, formulas and signs are', async () => {
  const box = (text: string) => `<w:txbxContent>${paragraph(text)}</w:txbxContent>`;
  const { texts } = await read({
    body:
      `<w:p><w:r><mc:AlternateContent><mc:Choice>${box('boxed')}</mc:Choice>` +
      `<mc:Fallback>${box('boxed')}</mc:Fallback></mc:AlternateContent></w:r></w:p>` +
      '<w:p><w:del><w:r><w:delText>gone</w:delText><w:t>gone</w:t></w:r></w:del>' +
      '<w:r><w:instrText>PAGE</w:instrText></w:r><w:ins><w:r><w:t>come</w:t></w:r></w:ins></w:p>' +
      '<w:p><m:oMath><m:r><m:t>E=mc</m:t></m:r></m:oMath></w:p>' +
      '<w:p><w:r><w:t>op</w:t><w:softHyphen/><w:t>tion</w:t><w:noBreakHyphen/><w:t>al&#xAD;ly</w:t></w:r></w:p>',
  });
  assert.deepEqual(texts, ['boxed', 'come', 'E=mc', 'option‑ally']);
});

test('diagrams, charts and HTML inside say their text where they stand', async () => {
  const { texts } = await read({
    body:
      '<w:p><w:r><w:drawing><dgm:relIds r:dm="d"/></w:drawing></w:r></w:p>' +
      '<w:p><w:r><w:drawing><c:chart r:id="c"/></w:drawing></w:r></w:p><w:altChunk r:id="h"/>',
    parts: {
      'word/diagrams/data1.xml': `<dgm:dataModel ${namespaces.dgm} ${namespaces.a}><dgm:ptLst>
        <dgm:pt modelId="2"><dgm:t><a:p><a:r><a:t>under</a:t></a:r></a:p></dgm:t></dgm:pt>
        <dgm:pt modelId="1"><dgm:t><a:p><a:r><a:t>over</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst>
        <dgm:cxnLst><dgm:cxn srcId="1" destId="2"/></dgm:cxnLst></dgm:dataModel>`,
      'word/charts/chart1.xml': `<c:chartSpace ${namespaces.c} ${namespaces.a}><c:ser>
        <c:tx><c:v>Rain</c:v></c:tx><c:cat><c:pt><c:v>May</c:v></c:pt></c:cat>
        <c:val><c:pt><c:v>12</c:v></c:pt></c:val></c:ser></c:chartSpace>`,
      'word/chunk.html':
        '<html><head><title>no</title></head><body><p>One &amp; two</p><script>x</script></body></html>',
    },
    related: {
      d: ['diagramData', 'diagrams/data1.xml'],
      c: ['chart', 'charts/chart1.xml'],
      h: ['aFChunk', 'chunk.html'],
    },
  });
  assert.deepEqual(texts, ['over\nunder', 'Rain\nMay\t12', 'One & two']);
});

test('pictures that may hold text are handed on once, those from outside never', async () => {
  const blip = (id: string) =>
    `<w:p><w:r><w:drawing><a:blip r:embed="${id}"/></w:drawing></w:r></w:p>`;
  const { found, folder } = await read({
    body:
      blip('a') +
      blip('b') +
      blip('c') +
      blip('d') +
      '<w:p><w:r><w:drawing><a:blip r:link="c"/></w:drawing></w:r></w:p>',
    parts: {
      'word/media/big.png': await grey(200, 100),
      'word/media/tiny.png': await grey(8, 8),
    },
    related: {
      a: ['image', 'media/big.png'],
      b: ['image', 'media/big.png'],
      c: ['image', 'file:///etc/hostname'],
      d: ['image', 'media/tiny.png'],
    },
  });
  const pictures = found.filter(({ kind }) => kind === 'picture');
  assert.deepEqual(pictures, [{ kind: 'picture', unit: 1, place: {}, fileName: 'picture-1.png' }]);
  assert.deepEqual((await readdir(folder)).sort(), ['original', 'picture-1.png']);
});

test('strict namespaces and any prefixes are read, and what the file says of itself', async () => {
  const { texts, found } = await readWith(
    readDocx,
    await makeZip({
      ...docxParts({ body: '' }),
      'word/document.xml':
        '<x:document xmlns:x="http://purl.oclc.org/ooxml/wordprocessingml/main"><x:body><x:p><x:r><x:t>Strict</x:t></x:r></x:p></x:body></x:document>',
      'docProps/core.xml':
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>Rules</dc:title><dc:creator>Ann</dc:creator><dc:language>ru</dc:language></cp:coreProperties>',
    }),
  );
  assert.deepEqual(texts, ['Strict']);
  assert.deepEqual(found[0], { kind: 'about', title: 'Rules', author: 'Ann', language: 'ru' });
});

test('entities that multiply or fetch are never expanded', async () => {
  const { texts } = await readWith(
    readDocx,
    await makeZip({
      ...docxParts({ body: '' }),
      'word/document.xml': `<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/hostname">]>
        <w:document ${namespaces.w}><w:body><w:p><w:r><w:t>&b;|&f;|</w:t></w:r></w:p>${paragraph('rest')}</w:body></w:document>`,
    }),
  );
  assert.deepEqual(texts, ['&b;|&f;|', 'rest']);
});

test('of a file that breaks off, what is there is read and the loss is told', async () => {
  const body = Array.from({ length: 3_000 }, (_, i) => paragraph(`Line ${i} ${Math.sin(i)}`)).join(
    '',
  );
  const whole = await makeZip(docxParts({ body }));
  const { texts, losses } = await readWith(readDocx, whole.subarray(0, whole.length / 2));
  assert.deepEqual(losses, ['file_damaged']);
  assert.equal(texts[0], `Line 0 ${Math.sin(0)}`);
  assert.ok(texts.length > 200, `${texts.length} paragraphs were there`);
});

test('what cannot be read is refused with a reason', async () => {
  const zip = await makeZip(docxParts({ body: paragraph('x') }));
  const refused: Record<string, [string, Buffer]> = {
    'a password': ['password_protected', makeCompoundFile({ EncryptedPackage: Buffer.alloc(9) })],
    'another zip': ['file_damaged', await makeZip({ 'a.txt': 'a' })],
    'no zip': ['file_damaged', Buffer.from('<html>')],
    nothing: ['file_damaged', Buffer.alloc(0)],
    'one byte': ['file_damaged', Buffer.from('P')],
    'a beginning': ['file_damaged', zip.subarray(0, 60)],
    'a bomb': [
      'expands_too_much',
      await makeZip({
        ...docxParts({ body: '' }),
        'word/document.xml': Buffer.alloc(60_000_000, 0x20),
      }),
    ],
  };
  for (const [what, [code, bytes]] of Object.entries(refused)) {
    assert.equal((await readWith(readDocx, bytes)).refusal, code, what);
  }
});

test('an empty document has no text and nothing is wrong with it', async () => {
  const { texts, losses, refusal } = await read({ body: '<w:p/>' });
  assert.deepEqual([texts, losses, refusal], [[], [], undefined]);
});

test('whatever bytes are changed, reading ends with text, a loss or a refusal', async () => {
  const whole = await makeZip(docxParts({ body: paragraph('steady').repeat(50) }));
  for (let seed = 1; seed <= 60; seed++) {
    const bytes = Buffer.from(whole);
    for (let i = 0; i < 12; i++)
      bytes[(seed * 7_919 + i * 104_729) % bytes.length] = (seed * 31 + i) % 256;
    await readWith(readDocx, bytes);
  }
});
