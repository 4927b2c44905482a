import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodePicture } from '../../testing/encode-picture.ts';
import {
  makeZip,
  namespaces,
  pptxParts,
  readWith,
  relations,
  slideXml,
  textShape,
  type PptxFile,
} from '../../testing/make-office.ts';
import { readPptx } from './read-pptx.ts';

const read = async (file: PptxFile) => readWith(readPptx, await makeZip(pptxParts(file)));

test('a slide is read as a person does: its title, then row by row from the left', async () => {
  const { found } = await read({
    slides: [
      textShape('below', { at: [100, 400, 800, 50] }) +
        textShape('right', { at: [600, 210, 300, 50] }) +
        textShape('left', { at: [100, 200, 300, 50] }) +
        textShape('Title', { placeholder: 'title' }),
    ],
  });
  const [about, slide] = found;
  assert.deepEqual(about, { kind: 'about', pages: 1 });
  assert.ok(slide?.kind === 'text');
  assert.deepEqual(
    slide.pieces.map(({ text, place }) => [text, place.slide, place.box]),
    [
      ['Title', 1, undefined],
      ['left', 1, [0.1, 0.4, 0.3, 0.1]],
      ['right', 1, [0.6, 0.42, 0.3, 0.1]],
      ['below', 1, [0.1, 0.8, 0.8, 0.1]],
    ],
  );
});

test('slides come in the order of the presentation, hidden ones too', async () => {
  const parts = pptxParts({ slides: [textShape('one'), textShape('two')] });
  const hidden = String(parts['ppt/slides/slide2.xml']).replace('<p:sld ', '<p:sld show="0" ');
  const turned = String(parts['ppt/presentation.xml'])
    .replace('r:id="s1"', 'r:id="x"')
    .replace('r:id="s2"', 'r:id="s1"')
    .replace('r:id="x"', 'r:id="s2"');
  const { texts } = await readWith(
    readPptx,
    await makeZip({ ...parts, 'ppt/slides/slide2.xml': hidden, 'ppt/presentation.xml': turned }),
  );
  assert.deepEqual(texts, ['two', 'one']);
});

test('groups, tables, charts and diagrams are read where they stand', async () => {
  const cell = (text: string) =>
    `<a:tc><a:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></a:txBody></a:tc>`;
  const { found } = await read({
    slides: [
      `<p:grpSp><p:grpSpPr><a:xfrm><a:off x="500" y="0"/><a:ext cx="500" cy="250"/><a:chOff x="0" y="0"/><a:chExt cx="1000" cy="500"/></a:xfrm></p:grpSpPr>${textShape('inner', { at: [0, 0, 200, 100] })}</p:grpSp>` +
        `<p:graphicFrame><a:tbl><a:tr>${cell('a')}${cell('b')}</a:tr><a:tr>${cell('c')}${cell('d')}</a:tr></a:tbl></p:graphicFrame>` +
        '<p:graphicFrame><a:graphic><dgm:relIds r:dm="d"/></a:graphic></p:graphicFrame>' +
        '<p:graphicFrame><a:graphic><c:chart r:id="c"/></a:graphic></p:graphicFrame>',
    ],
    parts: {
      'ppt/slides/_rels/slide1.xml.rels': relations({
        d: ['diagramData', '../diagrams/data1.xml'],
        c: ['chart', '../charts/chart1.xml'],
      }),
      'ppt/diagrams/data1.xml': `<dgm:dataModel ${namespaces.dgm} ${namespaces.a}><dgm:pt modelId="1"><dgm:t><a:p><a:r><a:t>point</a:t></a:r></a:p></dgm:t></dgm:pt><dgm:pt modelId="2" type="pres"><dgm:t><a:p><a:r><a:t>shown</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:dataModel>`,
      'ppt/charts/chart1.xml': `<c:chart ${namespaces.c} ${namespaces.a}><c:title><a:p><a:r><a:t>Rain</a:t></a:r></a:p></c:title></c:chart>`,
    },
  });
  const slide = found.find((it) => it.kind === 'text');
  assert.deepEqual(
    slide?.pieces.map(({ text, place }) => [text, place.box]),
    [
      ['inner', [0.5, 0, 0.1, 0.1]],
      ['a\tb\nc\td', undefined],
      ['point', undefined],
      ['Rain', undefined],
    ],
  );
});

test('notes, remarks and what every slide shows belong to the slide, and once', async () => {
  const rels = (i: number) =>
    relations({
      l: ['slideLayout', '../slideLayouts/slideLayout1.xml'],
      ...(i === 1 && {
        n: ['notesSlide', '../notesSlides/notesSlide1.xml'],
        c: ['comments', '../comments/comment1.xml'],
      }),
    });
  const { found } = await read({
    slides: [textShape('one', { placeholder: 'body' }), textShape('two')],
    parts: {
      'ppt/slides/_rels/slide1.xml.rels': rels(1),
      'ppt/slides/_rels/slide2.xml.rels': rels(2),
      'ppt/slideLayouts/slideLayout1.xml': slideXml(
        textShape('Click here', { placeholder: 'body', at: [100, 50, 500, 250] }) +
          textShape('Company'),
        'p:sldLayout',
      ),
      'ppt/notesSlides/notesSlide1.xml': slideXml(
        textShape('Say hello.', { placeholder: 'body' }) +
          textShape('1', { placeholder: 'sldNum' }),
        'p:notes',
      ),
      'ppt/comments/comment1.xml': `<p:cmLst ${namespaces.p}><p:cm authorId="0"><p:text>Why?</p:text></p:cm></p:cmLst>`,
      'ppt/commentAuthors.xml': `<p:cmAuthorLst ${namespaces.p}><p:cmAuthor id="0" name="Ann"/></p:cmAuthorLst>`,
      'ppt/_rels/presentation.xml.rels': relations({
        s1: ['slide', 'slides/slide1.xml'],
        s2: ['slide', 'slides/slide2.xml'],
        a: ['commentAuthors', 'commentAuthors.xml'],
      }),
    },
  });
  const slides = found.flatMap((it) => (it.kind === 'text' ? [it.pieces] : []));
  assert.deepEqual(
    slides.map((pieces) => pieces.map(({ text }) => text)),
    [['one', 'Company', 'Say hello.', 'Ann: Why?'], ['two']],
  );
  assert.deepEqual(slides[0]?.[0]?.place, { slide: 1, box: [0.1, 0.1, 0.5, 0.5] });
});

test('a picture on a slide is handed on with its place', async () => {
  const pixels = Buffer.alloc(200 * 100, 128);
  const { found } = await read({
    slides: [
      '<p:pic><p:blipFill><a:blip r:embed="i"/></p:blipFill><p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="500" cy="250"/></a:xfrm></p:spPr></p:pic>',
    ],
    parts: {
      'ppt/slides/_rels/slide1.xml.rels': relations({ i: ['image', '../media/a.png'] }),
      'ppt/media/a.png': await encodePicture({ width: 200, height: 100, pixels }),
    },
  });
  assert.deepEqual(found.at(-1), {
    kind: 'picture',
    unit: 1,
    place: { slide: 1, box: [0, 0, 0.5, 0.5] },
    fileName: 'picture-1.png',
  });
});

test('a presentation without its list still has its slides, and one without any is refused', async () => {
  const parts = pptxParts({ slides: [textShape('one'), textShape('two')] });
  const { texts } = await readWith(
    readPptx,
    await makeZip({ ...parts, 'ppt/presentation.xml': '<broken' }),
  );
  assert.deepEqual(texts, ['one', 'two']);
  const other = await readWith(readPptx, await makeZip({ 'a.txt': 'a' }));
  assert.equal(other.refusal, 'file_damaged');
});

test('a slide that breaks off is read as far as it goes, and the loss is told', async () => {
  const parts = pptxParts({
    slides: [textShape('whole'), textShape('first') + textShape('second')],
  });
  const broken = String(parts['ppt/slides/slide2.xml']);
  const { texts, losses } = await readWith(
    readPptx,
    await makeZip({ ...parts, 'ppt/slides/slide2.xml': broken.slice(0, broken.indexOf('second')) }),
  );
  assert.deepEqual([texts, losses], [['whole', 'first'], ['file_damaged']]);
});
