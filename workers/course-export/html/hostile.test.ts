import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RichNode } from '@lectern/db/graph/rich-text';
import { makeEdge, makeNode } from '@lectern/db/testing/make-graph-doc';
import { block, link, makeSource, readEntries, text } from '../../testing/course-source.ts';
import { listTags } from '../../testing/list-tags.ts';
import { listHtmlEntries } from './list-html-entries.ts';

const image = '01890000-0000-7000-8000-000000000001';
const file = '01890000-0000-7000-8000-000000000002';

const hostile = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title></style></pre><svg onload=alert(1)>',
  '<!-- <base href="https://example.org/">',
  '&lt;script&gt;',
  '${alert(1)} {{alert(1)}} %3Cscript%3E',
  '\u2028<script>\u0000\u202e',
];

const addresses = [
  'javascript:alert(1)',
  ' java\tscript:alert(1)',
  'JAVASCRIPT:alert(1)//https://example.org',
  'data:text/html;base64,PHNjcmlwdD4=',
  'data:image/svg+xml,<svg onload=alert(1)>',
  'data:image/svg+xml;base64,PHN2Zz4=',
  'vbscript:x',
  'file:///etc/passwd',
  '//example.org/x.js',
  '/v1/me',
  '#here',
  'https:alert(1)',
  `javascript:alert('${image}')`,
  ...hostile,
];

/** All that can be written in a course, hostile in each place. */
function makeHostile(words: string) {
  const marks = ['bold', 'link', 'textStyle', 'script', 'onclick'].map((type) => ({
    type,
    attrs: { href: words, style: words, onclick: words, class: words },
  }));
  const content: RichNode[] = [
    block('paragraph', text(words), { type: 'text', text: words, marks }),
    ...addresses.map((href) => block('paragraph', link(words, href))),
    ...[...addresses, image, file].map((src) => ({
      type: 'image',
      attrs: { src, alt: words, title: words, onerror: words, srcset: words },
    })),
    { type: 'codeBlock', attrs: { language: words }, content: [text(words)] },
    { type: 'orderedList', attrs: { start: words }, content: [block('listItem', text(words))] },
    { type: 'heading', attrs: { level: words, id: words }, content: [text(words)] },
    { type: 'iframe', attrs: { src: 'https://example.org' }, content: [text(words)] },
    { type: words, attrs: { [words]: words }, content: [text(words)] },
    block(
      'table',
      block('tableRow', { ...block('tableCell', text(words)), attrs: { colspan: words } }),
    ),
  ];
  const questions = [
    { text: words, options: [{ text: words, correct: true }], explanation: words },
  ];
  const data = { [words]: words, url: addresses[0], of: { [words]: [words, { [words]: words }] } };
  const nodes = [
    makeNode('a', { title: words, data, content: { type: 'doc', content } }),
    makeNode('b', { type: words, title: words }),
    makeNode('q', { type: 'quiz', title: words, data: { questions } }),
  ];
  const edges = [makeEdge('a', 'b'), makeEdge('q', 'a', 'requires'), makeEdge('q', 'b', 'relates')];
  return makeSource(
    { nodes, edges },
    {
      title: words,
      description: `${words}\n\n${words}`,
      language: words,
      level: words,
      tags: [words],
      files: [
        { id: image, fileName: `${words}.png`, kind: 'image', bytes: Buffer.from('x') },
        { id: file, fileName: words, bytes: Buffer.from('x') },
      ],
    },
  );
}

const allowed: ReadonlySet<string> = new Set(
  [
    ['!doctype', 'html', 'head', 'meta', 'title', 'link', 'body', 'header', 'main', 'footer'],
    ['nav', 'article', 'h1', 'h2', 'h3', 'h4', 'p', 'a', 'ul', 'ol', 'li', 'span', 'div', 'time'],
    ['strong', 'em', 'code', 'pre', 'img', 'table', 'tr', 'td', 'th', 'br'],
  ].flat(),
);
const allowedAttributes: ReadonlySet<string> = new Set(
  [
    ['href', 'src', 'alt', 'class', 'rel', 'lang', 'charset', 'name', 'content', 'start', 'role'],
    ['aria-label', 'datetime', 'html'],
  ].flat(),
);

test('whatever is written, and wherever, it becomes words: no tag, no attribute, no address of its own', async () => {
  for (const words of hostile) {
    const files = await readEntries(listHtmlEntries(makeHostile(words)));
    for (const [name, bytes] of files) {
      if (!name.endsWith('.html')) continue;
      for (const { name: tag, attrs } of listTags(bytes.toString())) {
        assert.ok(allowed.has(tag), `${name} has a <${tag}>`);
        for (const [attribute, value] of attrs) {
          assert.ok(allowedAttributes.has(attribute), `${name}: <${tag} ${attribute}>`);
          if (attribute === 'class') assert.match(value, /^[a-z]+$/);
        }
        // What is fetched by itself lies in the zip.
        const fetched = attrs.get('src') ?? (tag === 'link' ? attrs.get('href') : undefined);
        if (fetched !== undefined) assertInZip(fetched, name, files);
        const address = attrs.get('href');
        if (address !== undefined && !address.startsWith('https://'))
          assertInZip(address, name, files);
      }
    }
  }
});

function assertInZip(address: string, page: string, files: ReadonlyMap<string, Buffer>): void {
  const { protocol, pathname } = new URL(address, `file:///${page}`);
  assert.equal(protocol, 'file:', address);
  assert.ok(files.has(decodeURIComponent(pathname.slice(1))), `${page} leads to ${address}`);
}

test('the style fetches nothing, and no page has another', async () => {
  const files = await readEntries(listHtmlEntries(makeHostile('Ebb')));
  assert.doesNotMatch(files.get('style.css')?.toString() ?? '', /url\(|@import|@font-face/);
  for (const [name, bytes] of files) {
    if (name.endsWith('.html')) assert.doesNotMatch(bytes.toString(), /<style|style=/);
  }
});

test('a link from elsewhere is kept as a link, and tells no one where it was followed', async () => {
  const content = {
    type: 'doc' as const,
    content: [block('paragraph', link('so', 'https://example.org/?a=1&b="'))],
  };
  const files = await readEntries(
    listHtmlEntries(makeSource({ nodes: [makeNode('a', { data: {}, content })], edges: [] })),
  );
  const page = files.get('pages/001.html')?.toString() ?? '';
  const away = listTags(page).find(({ attrs }) => attrs.get('href')?.startsWith('https:'));
  assert.deepEqual(
    [away?.attrs.get('href'), away?.attrs.get('rel')],
    ['https://example.org/?a=1&b="', 'noreferrer'],
  );
  assert.match(page, /<meta name="referrer" content="no-referrer" \/>/);
});

test('a picture of the course is shown, one from elsewhere is a link', async () => {
  const picture = (src: string) => ({ type: 'image', attrs: { src, alt: 'A tide' } });
  const content = [picture(image), picture('https://example.org/a.png'), picture(file)];
  const source = makeSource(
    { nodes: [makeNode('a', { data: {}, content: { type: 'doc', content } })], edges: [] },
    {
      files: [
        { id: image, fileName: 'tide.png', kind: 'image', bytes: Buffer.from('x') },
        { id: file, fileName: 'tide.txt', bytes: Buffer.from('x') },
      ],
    },
  );
  const files = await readEntries(listHtmlEntries(source));
  const shown = listTags(files.get('pages/001.html')?.toString() ?? '').flatMap(({ name, attrs }) =>
    name === 'img' || (name === 'a' && attrs.has('rel') && attrs.get('rel') === 'noreferrer')
      ? [[name, attrs.get('src') ?? attrs.get('href')]]
      : [],
  );
  assert.deepEqual(shown, [
    ['img', '../files/tide.png'],
    ['a', 'https://example.org/a.png'],
    ['a', '../files/tide.txt'],
  ]);
});
