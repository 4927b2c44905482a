import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as Y from 'yjs';
import { captureUpdate, makeEdge, makeNode } from '../testing/make-graph-doc.ts';
import type { Graph, GraphNode } from './graph.ts';
import { readGraph } from './read-graph.ts';
import { rewriteGraph } from './rewrite-graph.ts';
import type { RichNode, RichText } from './rich-text.ts';

function docOf(graph: Graph): Y.Doc {
  const doc = new Y.Doc();
  rewriteGraph(doc, graph);
  return doc;
}

/** How many pieces an update adds; what it only deletes are none. */
function countStructs(update: Uint8Array | undefined): number {
  return update === undefined ? 0 : Y.decodeUpdate(update).structs.length;
}

function rewrite(doc: Y.Doc, graph: Graph): Uint8Array | undefined {
  const update = captureUpdate(doc, () => rewriteGraph(doc, graph));
  assert.deepEqual(readGraph(doc), { ...graph, faults: [] });
  return update;
}

const text = (words: string, ...marks: RichNode['marks'] & object): RichNode => ({
  type: 'text',
  text: words,
  ...(marks.length > 0 && { marks }),
});
const paragraph = (...content: RichNode[]): RichNode => ({ type: 'paragraph', content });
const rich = (...content: RichNode[]): RichText => ({ type: 'doc', content });
const withContent = (content: RichText): Graph => ({
  nodes: [makeNode('a', { content })],
  edges: [],
});

test('a graph that the document says already is no update', () => {
  const graph = {
    nodes: [makeNode('a', { content: rich(paragraph(text('Ebb'))) }), makeNode('b')],
    edges: [makeEdge('a', 'b')],
  };
  assert.equal(rewrite(docOf(graph), graph), undefined);
});

test('only the fields that differ are touched', () => {
  const nodesWith = (title: string): GraphNode[] =>
    ['a', 'b', 'c'].map((id) => (id === 'b' ? makeNode(id, { title }) : makeNode(id)));
  const edgesOf = (type: string) => [makeEdge('a', 'b', type), makeEdge('b', 'c', type)];
  const doc = docOf({ nodes: nodesWith('Tide'), edges: edgesOf('next') });
  const nodes = nodesWith('Ebb');
  assert.equal(countStructs(rewrite(doc, { nodes, edges: edgesOf('next') })), 1);
  assert.equal(countStructs(rewrite(doc, { nodes, edges: edgesOf('requires') })), 2);
});

test('elements that are not wanted are removed, and missing ones are added', () => {
  const doc = docOf({ nodes: [makeNode('a'), makeNode('b')], edges: [makeEdge('a', 'b')] });
  rewrite(doc, { nodes: [makeNode('b'), makeNode('c')], edges: [makeEdge('b', 'c')] });
});

test('of content that differs in one word only that word is written', () => {
  const body = (word: string) =>
    withContent(
      rich(
        paragraph(text('The first.')),
        paragraph(text(`The sea goes ${word} twice a day.`)),
        paragraph(text('The last.')),
      ),
    );
  const doc = docOf(body('out'));
  const update = rewrite(doc, body('away'));
  assert.ok(update !== undefined);
  const { structs } = Y.decodeUpdate(update);
  const written = structs.map((struct) => struct instanceof Y.Item && struct.content);
  assert.deepEqual(
    written.map((content) => content instanceof Y.ContentString && content.str),
    ['away'],
  );
});

test('what another writes elsewhere in the same paragraph meanwhile stays', () => {
  const body = (words: string) => withContent(rich(paragraph(text(words))));
  const doc = docOf(body('The sea goes out.'));
  const other = new Y.Doc();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
  const update = captureUpdate(other, () => rewriteGraph(other, body('The deep sea goes out.')));
  rewrite(doc, body('The sea goes out at noon.'));
  assert.ok(update !== undefined);
  Y.applyUpdate(doc, update);
  const [node] = readGraph(doc).nodes;
  assert.deepEqual(node?.content, rich(paragraph(text('The deep sea goes out at noon.'))));
});

test('a mark that comes, goes or changes leaves the words around it alone', () => {
  const bold = { type: 'bold' };
  const link = (href: string) => ({ type: 'link', attrs: { href } });
  const doc = docOf(withContent(rich(paragraph(text('plain and strong words')))));
  const marked = (...marks: RichNode['marks'] & object) =>
    withContent(rich(paragraph(text('plain and '), text('strong', ...marks), text(' words'))));
  for (const graph of [marked(bold), marked(bold, link('/a')), marked(link('/b'))]) {
    const update = rewrite(doc, graph);
    assert.ok(countStructs(update) <= 6, `${countStructs(update)} structs`);
  }
  rewrite(doc, withContent(rich(paragraph(text('plain and strong words')))));
});

test('an attribute that changes is set in the element that is there', () => {
  const heading = (attrs: Record<string, unknown>) =>
    withContent(rich({ type: 'heading', attrs, content: [text('Tides')] }));
  const doc = docOf(heading({ level: 1, id: 'x' }));
  assert.equal(countStructs(rewrite(doc, heading({ level: 2, id: 'x' }))), 1);
  assert.equal(countStructs(rewrite(doc, heading({ level: 2 }))), 0);
});

test('blocks that are put in, taken out or become others leave their neighbours alone', () => {
  const [one, two, three] = ['One', 'Two', 'Three'].map((words) => paragraph(text(words)));
  assert.ok(one !== undefined && two !== undefined && three !== undefined);
  const doc = docOf(withContent(rich(one, three)));
  assert.ok(countStructs(rewrite(doc, withContent(rich(one, two, three)))) <= 3);
  assert.equal(countStructs(rewrite(doc, withContent(rich(one, three)))), 0);
  const quote: RichNode = { type: 'blockquote', content: [three] };
  assert.ok(countStructs(rewrite(doc, withContent(rich(one, quote)))) <= 5);
});
