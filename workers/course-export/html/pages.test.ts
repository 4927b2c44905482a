import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeEdge, makeNode } from '@lectern/db/testing/make-graph-doc';
import { block, link, makeSource, readEntries, text } from '../../testing/course-source.ts';
import { listTags, wordsOf } from '../../testing/list-tags.ts';
import { listHtmlEntries } from './list-html-entries.ts';

type Given = Parameters<typeof makeSource>;

/** The pages of a course by their names, and what stands in one. */
async function exportPages(...given: Given) {
  const files = await readEntries(listHtmlEntries(makeSource(...given)));
  const read = (name: string) => {
    const bytes = files.get(name);
    assert.ok(bytes, `${name} is one of ${[...files.keys()].join(', ')}`);
    return bytes.toString();
  };
  const links = (name: string) =>
    listTags(read(name)).flatMap(({ name: tag, attrs }) =>
      tag === 'a' ? [attrs.get('href') ?? ''] : [],
    );
  return { files, read, links, words: (name: string) => wordsOf(read(name)) };
}

const threeLessons = {
  nodes: [
    makeNode('c', { title: 'Spring tide', position: { x: 0, y: 0 } }),
    makeNode('s', { type: 'section', title: 'The moon', data: {}, position: { x: 0, y: 9 } }),
    makeNode('a', { title: 'Ebb', position: { x: 0, y: 5 } }),
    makeNode('b', { title: 'Flow', type: 'video', position: { x: 0, y: 1 } }),
  ],
  edges: [
    makeEdge('s', 'a'),
    makeEdge('a', 'b'),
    makeEdge('c', 'b', 'requires'),
    makeEdge('a', 'c', 'relates'),
  ],
};

test('each node is a page, in the order in which a learner goes', async () => {
  const { files, links, words } = await exportPages(threeLessons, { description: 'Of\n\nthe sea' });
  const names = ['index.html', 'style.css', ...[1, 2, 3, 4].map((n) => `pages/00${n}.html`)];
  assert.deepEqual([...files.keys()], names);
  assert.deepEqual(links('index.html'), names.slice(2));
  assert.match(words('index.html'), /^Tides en Of the sea The moon Ebb Flow video Spring tide /);
  assert.match(words('index.html'), / Exported on 2026-03-15$/);
});

test('a page leads back, on, up, to what it requires and to what is related', async () => {
  const { links, words } = await exportPages(threeLessons);
  assert.deepEqual(links('pages/001.html'), ['../index.html', '002.html']);
  assert.deepEqual(links('pages/002.html'), ['../index.html', '004.html', '001.html', '003.html']);
  assert.deepEqual(links('pages/004.html'), ['../index.html', '003.html', '002.html', '003.html']);
  assert.match(words('pages/004.html'), /Spring tide First: Flow .* See also: Ebb Back Flow$/);
});

test('every link within leads to a file of the zip, from wherever it stands', async () => {
  const bytes = Buffer.from('# Tides');
  const id = '01890000-0000-7000-8000-000000000001';
  const content = { type: 'doc', content: [block('paragraph', link('so', `/v1/materials/${id}`))] };
  const graph = {
    ...threeLessons,
    nodes: threeLessons.nodes.map((node) => ({
      ...node,
      content: { ...content, type: 'doc' as const },
    })),
  };
  const { files, read } = await exportPages(graph, {
    files: [{ id, fileName: 'Приливы (1) #2 100%.md', bytes }],
  });
  let found = 0;
  for (const page of [...files.keys()].filter((name) => name.endsWith('.html'))) {
    for (const { attrs } of listTags(read(page))) {
      const address = attrs.get('href') ?? attrs.get('src');
      if (address === undefined) continue;
      const { protocol, pathname } = new URL(address, `file:///${page}`);
      assert.equal(protocol, 'file:');
      assert.ok(files.has(decodeURIComponent(pathname.slice(1))), `${page} leads to ${address}`);
      found += pathname.startsWith('/files/') ? 1 : 0;
    }
  }
  assert.equal(found, 1 + threeLessons.nodes.length);
  assert.deepEqual(files.get('files/Приливы (1) #2 100%.md'), bytes);
});

test('what a node says beside its text is shown in words, and how it is drawn is not', async () => {
  const id = '01890000-0000-7000-8000-000000000002';
  const data = {
    dueDate: '2026-04-01',
    points: 10,
    materialIds: [id],
    video_url: 'https://example.org/tide',
    notes: 'One.\n\nTwo.',
    rubric: [{ criterion: 'Depth', points: 4, width: 80 }],
    color: '#ff0000',
  };
  const { words, links } = await exportPages(
    { nodes: [makeNode('a', { type: 'assignment', data })], edges: [] },
    { files: [{ id, fileName: 'moon.txt', bytes: Buffer.from('x') }] },
  );
  const said = words('pages/001.html');
  assert.match(said, /Lesson a assignment Due date: 2026-04-01 Points: 10 Materials: moon\.txt /);
  assert.match(
    said,
    /Video url: https:\/\/example\.org\/tide Notes: One\. Two\. Rubric: Criterion: Depth Points: 4$/,
  );
  assert.doesNotMatch(said, /ff0000/);
  assert.ok(links('pages/001.html').includes('../files/moon.txt'));
});

test('every kind of block and mark is shown as what it is', async () => {
  const item = (...words: string[]) =>
    block('listItem', ...words.map((word) => block('paragraph', text(word))));
  const cell = (type: string, word: string) => block(type, block('paragraph', text(word)));
  const content = [
    { type: 'heading', attrs: { level: 1 }, content: [text('Приливы 🌊')] },
    block('paragraph', text('b', 'bold'), text('i', 'italic'), text('s', 'strike')),
    block('paragraph', text('u', 'underline'), text('c', 'code'), text('h', 'highlight')),
    block('paragraph', text('2', 'subscript'), { type: 'hardBreak' }, text('3', 'superscript')),
    block('bulletList', item('one', 'more')),
    { type: 'orderedList', attrs: { start: 3 }, content: [item('three')] },
    block('taskList', {
      ...block('taskItem', block('paragraph', text('done'))),
      attrs: { checked: true },
    }),
    block('blockquote', block('paragraph', text('Said.'))),
    block('codeBlock', text('a <b>\n  c')),
    { type: 'horizontalRule' },
    block('table', block('tableRow', cell('tableHeader', 'x'), cell('tableCell', 'y'))),
    block('callout', block('paragraph', text('Of no kind'))),
  ];
  const { read, words } = await exportPages({
    nodes: [makeNode('a', { data: {}, content: { type: 'doc', content } })],
    edges: [],
  });
  const tags = listTags(read('pages/001.html')).map(({ name }) => name);
  const blocks = ['h2', 'strong', 'em', 's', 'u', 'code', 'mark', 'sub', 'br', 'sup', 'ul', 'li'];
  const others = ['ol', 'li', 'ul', 'li', 'span', 'div', 'blockquote', 'pre', 'code', 'hr'];
  const ofTable = ['div', 'table', 'tr', 'th', 'td', 'div'];
  const shown = tags.slice(tags.indexOf('h2')).filter((name) => !['p', 'nav', 'a'].includes(name));
  assert.deepEqual(shown, [...blocks, ...others, ...ofTable]);
  assert.match(read('pages/001.html'), /<ol start="3">/);
  assert.match(read('pages/001.html'), /<pre><code>a &lt;b&gt;\n {2}c<\/code><\/pre>/);
  assert.match(words('pages/001.html'), /Приливы 🌊 b i s u c h .*Of no kind/);
});

test('a quiz shows its questions with the right answers, however they are marked', async () => {
  const questions = [
    { text: 'How often?', options: [{ text: 'Once' }, { text: 'Twice', correct: true }] },
    { text: 'By what?', options: ['The sun', 'The moon'], answer: 'The moon' },
    { text: 'Which?', options: [1, 2, 3], answer: 2 },
    { text: 'Name it', type: 'text', answers: ['Ebb', 'ebb'], explanation: 'As it goes.' },
    { text: 'Sort', type: 'order', options: ['low', 'high'] },
  ];
  const { read, words } = await exportPages({
    nodes: [makeNode('q', { type: 'quiz', data: { questions } })],
    edges: [],
  });
  const right = [...read('pages/001.html').matchAll(/<li class="yes">[^]*?<p>(.*?)<\/p>/g)];
  assert.deepEqual(
    right.map(([, word]) => word),
    ['Twice', 'The moon', '2'],
  );
  assert.match(
    words('pages/001.html'),
    /4\. Name it Answer: Ebb, ebb As it goes\. 5\. Sort low high/,
  );
});

test('a course without anything is a page that says so', async () => {
  const { files, words } = await exportPages({ nodes: [], edges: [] }, { title: ' ' });
  assert.deepEqual([...files.keys()], ['index.html', 'style.css']);
  assert.match(words('index.html'), /There is nothing in this course yet\./);
});

test('nodes that require each other, and two thousand in a row, are all there once', async () => {
  const nodes = Array.from({ length: 2_000 }, (_, i) => makeNode(`n${i}`, { title: `T${i}` }));
  const edges = nodes.slice(1).map(({ id }, i) => makeEdge(id, `n${i}`));
  const { files } = await exportPages({
    nodes,
    edges: [...edges, makeEdge('n0', 'n1999'), makeEdge('n5', 'n5', 'requires')],
  });
  const titles = [...files].flatMap(([name, page]) => {
    const [, title = ''] = /<title>(T\d+) · /.exec(page.toString()) ?? [];
    return name.startsWith('pages/') ? [title] : [];
  });
  // What leads to them stands before them, but where they go round in a circle.
  assert.deepEqual(titles.slice(0, 3), ['T1999', 'T1998', 'T1997']);
  assert.equal(new Set(titles).size, 2_000);
});
