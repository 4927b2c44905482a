import * as Y from 'yjs';

/** The document of a course with so many lessons, each with a paragraph, one after the other. */
export function writeCourse(count: number): Uint8Array {
  const doc = new Y.Doc();
  doc.transact(() => {
    const [nodes, edges] = [doc.getMap('nodes'), doc.getMap('edges')];
    for (let i = 0; i < count; i++) {
      const node = new Y.Map<unknown>(
        Object.entries({
          type: 'lesson',
          title: `Lesson ${i}`,
          position: { x: i, y: 0 },
          data: {},
        }),
      );
      const content = new Y.XmlFragment();
      const paragraph = new Y.XmlElement('paragraph');
      paragraph.insert(0, [new Y.XmlText(`What there is to know about the ${i}th thing.`)]);
      content.insert(0, [paragraph]);
      node.set('content', content);
      nodes.set(`n${i}`, node);
      if (i === 0) continue;
      const edge = { type: 'next', source: `n${i - 1}`, target: `n${i}` };
      edges.set(`e${i}`, new Y.Map<unknown>(Object.entries(edge)));
    }
  });
  return Y.encodeStateAsUpdate(doc);
}
