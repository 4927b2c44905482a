import * as Y from 'yjs';
import { writeMarker } from './markers.ts';

/** Of a document in which there is nothing. */
export const emptyUpdate = Y.encodeStateAsUpdate(new Y.Doc());
export const emptyVector = Y.encodeStateVector(new Y.Doc());

/** Yjs updates of somebody who adds a lesson and then writes at the end of its text. */
export function writeUpdates(count: number): Uint8Array[] {
  const document = new Y.Doc();
  const updates: Uint8Array[] = [];
  document.on('update', (update: Uint8Array) => updates.push(update));
  const text = new Y.XmlText(writeMarker(0));
  document.transact(() => addLesson(document, text));
  for (let edit = 1; edit < count; edit++) text.insert(text.length, writeMarker(edit));
  document.destroy();
  return updates;
}

function addLesson(document: Y.Doc, text: Y.XmlText): void {
  const paragraph = new Y.XmlElement('paragraph');
  paragraph.insert(0, [text]);
  const content = new Y.XmlFragment();
  content.insert(0, [paragraph]);
  const fields = Object.entries({
    type: 'lesson',
    title: 'A lesson',
    position: { x: 0, y: 0 },
    data: {},
    content,
  });
  document.getMap('nodes').set('lesson-1', new Y.Map<unknown>(fields));
}
