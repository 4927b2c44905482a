import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeCompoundFile } from '../../testing/make-compound-file.ts';
import { makeDoc } from '../../testing/make-doc.ts';
import {
  docxParts,
  makeZip,
  paragraph,
  pptxParts,
  readWith,
  relations,
  textShape,
} from '../../testing/make-office.ts';
import { embeddedText } from './embedded-text.ts';
import { readDocx } from './read-docx.ts';
import { readPptx } from './read-pptx.ts';

const inner = () => makeZip(docxParts({ body: paragraph('one') + paragraph('two') }));

test('files of all kinds within a file give their plain text', async () => {
  const files = [
    await inner(),
    await makeZip(pptxParts({ slides: [textShape('one'), textShape('two')] })),
    await makeZip({
      'xl/sharedStrings.xml': '<sst><si><t>one</t></si><si><r><t>two</t></r></si></sst>',
    }),
    makeDoc({ pieces: [{ text: 'one\rtwo\r' }], stories: [8] }),
    makeCompoundFile({ Package: await inner() }),
  ];
  for (const [i, bytes] of files.entries()) {
    assert.equal(await embeddedText(bytes), 'one\ntwo', `file ${i}`);
  }
});

test('what is no file, or is locked or broken, gives none and spoils nothing', async () => {
  const locked = makeDoc({ pieces: [{ text: 'x\r' }], stories: [2], flags: 0x0100 });
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(900, 7), locked]) {
    assert.equal(await embeddedText(bytes), '');
  }
});

test('it stands where the document and the slide show it', async () => {
  const document = docxParts({
    body: `${paragraph('before')}<w:p><w:r><w:object><o:OLEObject xmlns:o="urn:schemas-microsoft-com:office:office" r:id="e"/></w:object></w:r></w:p>${paragraph('after')}`,
    parts: { 'word/embeddings/a.docx': await inner() },
    related: { e: ['package', 'embeddings/a.docx'] },
  });
  const { texts } = await readWith(readDocx, await makeZip(document));
  assert.deepEqual(texts, ['before', 'one\ntwo', 'after']);
  const slides = pptxParts({
    slides: ['<p:graphicFrame><a:graphic><p:oleObj r:id="e"/></a:graphic></p:graphicFrame>'],
    parts: {
      'ppt/slides/_rels/slide1.xml.rels': relations({ e: ['package', '../embeddings/a.docx'] }),
      'ppt/embeddings/a.docx': await inner(),
    },
  });
  assert.deepEqual((await readWith(readPptx, await makeZip(slides))).texts, ['one\ntwo']);
});
