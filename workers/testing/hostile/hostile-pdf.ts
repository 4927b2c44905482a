import { constants, deflateSync } from 'node:zlib';
import { makePdf } from '../make-pdf.ts';
import { writePdf } from '../write-pdf.ts';
import type { HostileFile, Lure } from './hostile-file.ts';

const catalog = '<</Type/Catalog/Pages 2 0 R>>';
const page = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>';

/** PDFs that never end, hold more than there is, or reach for what is not theirs. */
export function makeHostilePdfs(lure: Lure): HostileFile[] {
  const files: Readonly<Record<string, Buffer>> = {
    'a million pages that are one': millionPages(),
    'a tree of pages that doubles with each level': doublingTree(),
    'an index that points to itself': loopingIndex(),
    'objects that are each other': writePdf([catalog, '3 0 R', '4 0 R', '3 0 R']),
    'a stream of two gigabytes': bigStream(),
    'a picture of 100,000 × 100,000': bigPicture(),
    'drawings in drawings': nestedForms(),
    'actions that open, fetch and run': actions(lure),
    'brackets a million deep': deepArray(),
  };
  return Object.entries(files).map(([what, bytes]) => ({ what, name: 'lecture.pdf', bytes }));
}

function millionPages(): Buffer {
  const kids = '3 0 R '.repeat(1_000_000);
  return writePdf([catalog, `<</Type/Pages/Count 1000000/Kids[${kids}]>>`, page]);
}

function doublingTree(): Buffer {
  const levels = Array.from(
    { length: 40 },
    (_, i) => `<</Type/Pages/Count ${2 ** (40 - i)}/Kids[${i + 3} 0 R ${i + 3} 0 R]>>`,
  );
  return writePdf([catalog, ...levels, page]);
}

function loopingIndex(): Buffer {
  const texts = [{ text: 'One page.', x: 60, y: 700 }];
  const at = makePdf({ pages: [{ texts }] }).indexOf('xref\n0');
  return makePdf({ pages: [{ texts }], trailer: `/Prev ${at}` });
}

function stream(entries: string, content: Buffer): Buffer {
  const head = Buffer.from(`<<${entries}/Length ${content.length}>>stream\n`);
  return Buffer.concat([head, content, Buffer.from('\nendstream')]);
}

/** Packed twice: what comes out of the first is small. */
function packTwice(megabytes: number): Buffer {
  const open = { finishFlush: constants.Z_FULL_FLUSH };
  const block = deflateSync(Buffer.alloc(1024 * 1024, ' '), open);
  const header = block.subarray(0, 2);
  const inner = Buffer.concat([
    header,
    ...Array.from({ length: megabytes }, () => block.subarray(2)),
    Buffer.from('0300', 'hex'),
  ]);
  return deflateSync(inner);
}

function bigStream(): Buffer {
  const shown = page.replace('>>', '/Contents 4 0 R>>');
  const content = stream('/Filter[/FlateDecode/FlateDecode]', packTwice(2_048));
  return writePdf([catalog, '<</Type/Pages/Count 1/Kids[3 0 R]>>', shown, content]);
}

function bigPicture(): Buffer {
  const image = stream(
    '/Type/XObject/Subtype/Image/ColorSpace/DeviceGray/BitsPerComponent 8/Width 100000/Height 100000/Filter[/FlateDecode/FlateDecode]',
    packTwice(1_024),
  );
  const draw = stream('', Buffer.from('q 100 0 0 100 0 0 cm /I Do Q'));
  const shown = page.replace('>>', '/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>');
  return writePdf([catalog, '<</Type/Pages/Count 1/Kids[3 0 R]>>', shown, draw, image]);
}

/** Each draws the next ten times. */
function nestedForms(): Buffer {
  const shown = page.replace('>>', '/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>');
  const draw = stream('', Buffer.from('/F Do '.repeat(10)));
  const forms = Array.from({ length: 12 }, (_, i) =>
    stream(
      `/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F ${i + 6} 0 R>>>>`,
      Buffer.from('/F Do '.repeat(10)),
    ),
  );
  const last = stream('/Type/XObject/Subtype/Form/BBox[0 0 9 9]', Buffer.from('0 0 9 9 re f'));
  return writePdf([catalog, '<</Type/Pages/Count 1/Kids[3 0 R]>>', shown, draw, ...forms, last]);
}

function actions({ file, url }: Lure): Buffer {
  const opening =
    `<</Type/Catalog/Pages 2 0 R/OpenAction<</S/URI/URI(${url}/open)>>` +
    `/AA<</WC<</S/JavaScript/JS(app.launchURL\\("${url}/js"\\))>>>>` +
    `/Names<</EmbeddedFiles<</Names[(a)<</Type/Filespec/FS/URL/F(${url}/embedded)>>]>>>>>>`;
  const shown =
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Annots[' +
    `<</Subtype/Link/Rect[0 0 9 9]/A<</S/Launch/F(${file})>>>>` +
    `<</Subtype/Link/Rect[0 0 9 9]/A<</S/GoToR/F(${file})/D[0/Fit]>>>>]` +
    '/Contents<</F 5 0 R>>/Resources<</XObject<</X 4 0 R>>>>>>';
  const outside = `<</Type/XObject/Subtype/Image/Width 9/Height 9/F<</FS/URL/F(${url}/stream)>>/Length 0>>stream\n\nendstream`;
  const spec = `<</Type/Filespec/F(${file})>>`;
  return writePdf([opening, '<</Type/Pages/Count 1/Kids[3 0 R]>>', shown, outside, spec]);
}

function deepArray(): Buffer {
  const deep = `${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}`;
  return writePdf([catalog, `<</Type/Pages/Count 1/Kids[3 0 R]/X ${deep}>>`, page]);
}
