import { makeCompoundFile } from './make-compound-file.ts';

export type PptSlideText = {
  /** Stands in the outline, apart from the shapes. */
  readonly title: string;
  /** Each in a text box of its own. */
  readonly boxes?: readonly string[];
  readonly notes?: string;
};

function record(type: number, data: Buffer, { instance = 0, version = 0 } = {}): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE((instance << 4) | version, 0);
  head.writeUInt16LE(type, 2);
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data]);
}

function container(type: number, parts: readonly Buffer[], instance = 0): Buffer {
  return record(type, Buffer.concat(parts), { instance, version: 0xf });
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32LE(value, i * 4);
  return bytes;
}

const wide = (text: string) => record(0x0fa0, Buffer.from(text, 'utf16le'));
const narrow = (text: string) => record(0x0fa8, Buffer.from(text, 'latin1'));

function drawing(boxes: readonly Buffer[]): Buffer {
  const shapes = boxes.map((content, i) => {
    const anchor = Buffer.alloc(8);
    for (const [n, value] of [100 + i * 500, 100, 2_000, 500 + i * 500].entries()) {
      anchor.writeInt16LE(value, n * 2);
    }
    return container(0xf004, [record(0xf010, anchor), record(0xf00d, content)]);
  });
  return container(0x040c, [
    container(0xf002, [container(0xf003, [container(0xf004, []), ...shapes])]),
  ]);
}

/** A presentation of PowerPoint 97 with text alone. */
export function makePpt(
  slides: readonly PptSlideText[],
  { isEncrypted = false }: { isEncrypted?: boolean } = {},
): Buffer {
  const objects: Buffer[] = [];
  const keep = (object: Buffer): number => objects.push(object) + 1;
  const listed = slides.map(({ title, boxes = [], notes }, i) => {
    const notesId = notes === undefined ? 0 : 900 + i;
    const atom = record(
      0x03ef,
      Buffer.concat([words(0, 0, 0), words(0, notesId), Buffer.alloc(4)]),
    );
    const content = boxes.map((text) => Buffer.concat([record(0x0f9f, words(4)), wide(text)]));
    const reference = Buffer.concat([record(0x0f9e, words(0))]);
    const slide = keep(container(0x03ee, [atom, drawing([reference, ...content])]));
    const noteObject =
      notes === undefined
        ? undefined
        : keep(
            container(0x03f0, [drawing([Buffer.concat([record(0x0f9f, words(2)), wide(notes)])])]),
          );
    return { title, slide, noteObject, notesId, id: 256 + i };
  });
  const persist = (reference: number, id: number) => record(0x03f3, words(reference, 0, 0, id, 0));
  const document = container(0x03e8, [
    record(0x03e9, words(5_760, 4_320, 0, 0)),
    container(
      0x0ff0,
      listed.flatMap(({ slide, id, title }) => [
        persist(slide, id),
        record(0x0f9f, words(0)),
        narrow(title),
      ]),
    ),
    container(
      0x0ff0,
      listed.flatMap(({ noteObject, notesId }) =>
        noteObject === undefined ? [] : [persist(noteObject, notesId)],
      ),
      2,
    ),
  ]);
  return pack([document, ...objects], isEncrypted);
}

/** Objects are numbered from one; the document is the first. */
function pack(objects: readonly Buffer[], isEncrypted: boolean): Buffer {
  const offsets: number[] = [];
  let at = 0;
  for (const object of objects) {
    offsets.push(at);
    at += object.length;
  }
  const directory = record(0x1772, words((objects.length << 20) | 1, ...offsets));
  const edit = record(0x0ff5, words(0, 0, 0, at, 1, 0, 0));
  const user = record(
    0x0ff6,
    words(20, isEncrypted ? 0xf3d1c4df : 0xe391c05f, at + directory.length, 0),
  );
  return makeCompoundFile({
    'PowerPoint Document': Buffer.concat([...objects, directory, edit]),
    'Current User': user,
  });
}
