import * as Y from 'yjs';
import { nodeOf } from '../testing/edit-course.ts';

export type Edit = { readonly data: Uint8Array; readonly author: number };

const nodeCount = 300;
const authors = 5;

/**
 * The updates that some people make who write a course together: most type, in runs and with some
 * corrections; they drag nodes about, and write titles letter by letter.
 */
export function writeEdits(count: number): Edit[] {
  const edits: Edit[] = [];
  const random = makeRandom();
  const pick = (below: number) => Math.floor(random() * below);
  const docs = Array.from({ length: authors }, (_, author) => {
    const doc = new Y.Doc();
    // Ids as long as those of real clients.
    doc.clientID = 3_000_000_000 + author * 77_777_777;
    return doc;
  });
  const act = (author: number, change: (nodes: Y.Map<unknown>) => void) => {
    const doc = docs[author];
    if (doc === undefined || edits.length >= count) return;
    doc.once('update', (data: Uint8Array) => {
      edits.push({ data, author });
      for (const other of docs) if (other !== doc) Y.applyUpdate(other, data);
    });
    doc.transact(() => change(doc.getMap('nodes')));
  };

  for (let i = 0; i < nodeCount; i++) {
    act(i % authors, (nodes) =>
      nodes.set(idOf(i), nodeOf('lesson', `Lesson ${i}`, { words: 'It begins here. ' })),
    );
  }
  while (edits.length < count) {
    const [author, id, kind] = [pick(authors), idOf(pick(nodeCount)), random()];
    if (kind < 0.75) {
      const start = random();
      for (let typed = 0, left = 20 + pick(60); left > 0; left--) {
        const isCorrection = typed > 0 && random() < 0.05;
        act(author, (nodes) => {
          const text = textOf(nodes, id);
          const at = Math.floor(start * (text.length - typed)) + typed;
          if (isCorrection) text.delete(at - 1, 1);
          else text.insert(at, random() < 0.17 ? ' ' : letters.charAt(pick(letters.length)));
        });
        typed += isCorrection ? -1 : 1;
      }
    } else if (kind < 0.9) {
      const [x, y] = [pick(2_000), pick(2_000)];
      for (let step = 0; step < 15; step++) {
        const position = { x: x + step * 7, y: y + step * 3 };
        act(author, (nodes) => elementOf(nodes, id).set('position', position));
      }
    } else {
      const title = `A title of ${pick(1_000)} and more`;
      for (let end = 1; end <= title.length; end++) {
        act(author, (nodes) => elementOf(nodes, id).set('title', title.slice(0, end)));
      }
    }
  }
  return edits;
}

const letters = 'etaoinshrdlu';

function idOf(i: number): string {
  return `01900000-0000-7000-8000-${i.toString(16).padStart(12, '0')}`;
}

function elementOf(nodes: Y.Map<unknown>, id: string): Y.Map<unknown> {
  const node = nodes.get(id);
  if (node instanceof Y.Map) return node;
  throw new Error(`there is no node ${id}`);
}

function textOf(nodes: Y.Map<unknown>, id: string): Y.XmlText {
  const content = elementOf(nodes, id).get('content');
  const text =
    content instanceof Y.XmlFragment && content.firstChild instanceof Y.XmlElement
      ? content.firstChild.firstChild
      : undefined;
  if (text instanceof Y.XmlText) return text;
  throw new Error(`node ${id} has no text`);
}

/** The same edits each time. */
function makeRandom(): () => number {
  let state = 20_260_101;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
