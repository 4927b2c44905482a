/** A record of the PowerPoint format; containers hold others. */
export type Record = {
  readonly type: number;
  readonly instance: number;
  readonly isContainer: boolean;
  /** Where it begins, with its header. */
  readonly at: number;
  readonly data: Buffer;
};

export const types = {
  document: 0x03e8,
  slide: 0x03ee,
  slideAtom: 0x03ef,
  notes: 0x03f0,
  notesAtom: 0x03f1,
  slidePersist: 0x03f3,
  mainMaster: 0x03f8,
  documentAtom: 0x03e9,
  drawingGroup: 0x040b,
  drawing: 0x040c,
  placeholder: 0x0bc3,
  outlineText: 0x0f9e,
  textHeader: 0x0f9f,
  textChars: 0x0fa0,
  textBytes: 0x0fa8,
  string: 0x0fba,
  headersFooters: 0x0fd9,
  slideList: 0x0ff0,
  userEdit: 0x0ff5,
  comment: 0x2ee0,
  crypt: 0x2f14,
  persist: 0x1772,
  group: 0xf003,
  shape: 0xf004,
  blipStore: 0xf001,
  blipEntry: 0xf007,
  shapeGroup: 0xf009,
  shapeAtom: 0xf00a,
  options: 0xf00b,
  textbox: 0xf00d,
  childAnchor: 0xf00f,
  anchor: 0xf010,
  clientData: 0xf011,
} as const;

const mostRecords = 1_000_000;

/** The records at one level; what breaks off is taken as far as it goes. */
export function readRecords(bytes: Buffer, from = 0): Record[] {
  const records: Record[] = [];
  let at = 0;
  while (at + 8 <= bytes.length && records.length < mostRecords) {
    const record = readRecord(bytes, at);
    if (record === undefined) break;
    records.push({ ...record, at: from + at });
    at += 8 + record.data.length;
  }
  return records;
}

export function readRecord(bytes: Buffer, at: number): Record | undefined {
  if (at < 0 || at + 8 > bytes.length) return undefined;
  const head = bytes.readUInt16LE(at);
  const length = bytes.readUInt32LE(at + 4);
  return {
    type: bytes.readUInt16LE(at + 2),
    instance: head >> 4,
    isContainer: (head & 0xf) === 0xf,
    at,
    data: bytes.subarray(at + 8, at + 8 + length),
  };
}

export function childrenOf(record: Record | undefined): Record[] {
  return record?.isContainer ? readRecords(record.data, record.at + 8) : [];
}

export function childOf(record: Record | undefined, type: number): Record | undefined {
  return childrenOf(record).find((it) => it.type === type);
}

const mostDepth = 40;

/** All of a type, at any depth, in order. */
export function findRecords(record: Record | undefined, type: number, depth = 0): Record[] {
  if (depth > mostDepth) return [];
  return childrenOf(record).flatMap((it) =>
    it.type === type ? [it] : findRecords(it, type, depth + 1),
  );
}

/** The text that a record is, where it is one. */
export function textOfRecord({ type, data }: Record): string | undefined {
  if (type === types.textChars || type === types.string) {
    return data.toString('utf16le', 0, data.length - (data.length % 2));
  }
  // The lower halves of characters whose upper halves are all zero.
  return type === types.textBytes ? data.toString('latin1') : undefined;
}
