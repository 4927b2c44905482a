import { inflateSync } from 'node:zlib';

/** Beyond that a file is not searched for what is left of it. */
const mostBytes = 128 * 1024 * 1024;
const mostObjects = 200_000;
/** Of one stream of objects. */
const mostInflated = 64 * 1024 * 1024;
const headLength = 2_000;

type Remains = {
  readonly catalog: string | undefined;
  readonly pages: readonly string[];
  /** Objects that were packed into streams, written out. */
  readonly unpacked: readonly string[];
};

/**
 * Ways to make a file whole that has lost its end, and with it the list of what is in it: the objects
 * that are left, with a new end. The first that can be opened is the best.
 */
export function* repairPdf(bytes: Uint8Array): Generator<Uint8Array, void, void> {
  if (bytes.length > mostBytes) return;
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const { catalog, pages, unpacked } = findRemains(file);
  const objects = unpacked.join('\n');
  if (catalog !== undefined) yield append(file, `${objects}\n${endOf(catalog)}`);
  if (pages.length === 0) return;
  // No tree of pages either: they are taken in the order in which they stand.
  const tree = mostObjects + 1;
  const kids = pages.map((page) => `${page} 0 R`).join(' ');
  const added = [
    `${tree} 0 obj\n<</Type/Pages/Count ${pages.length}/Kids[${kids}]>>\nendobj`,
    `${tree + 1} 0 obj\n<</Type/Catalog/Pages ${tree} 0 R>>\nendobj`,
  ];
  yield append(file, `${objects}\n${added.join('\n')}\n${endOf(String(tree + 1))}`);
}

function endOf(catalog: string): string {
  return `trailer\n<</Size ${mostObjects + 3}/Root ${catalog} 0 R>>\nstartxref\n0\n%%EOF\n`;
}

function append(file: Buffer, text: string): Uint8Array {
  return new Uint8Array(
    Buffer.concat([file, Buffer.from(`\nendstream\nendobj\n${text}`, 'latin1')]),
  );
}

function findRemains(file: Buffer): Remains {
  const text = file.toString('latin1');
  const unpacked: string[] = [];
  const pages: string[] = [];
  let catalog: string | undefined;
  const look = (number: string, head: string) => {
    if (/\/Type\s*\/Catalog\b/.test(head)) catalog = number;
    if (/\/Type\s*\/Page\b(?!s)/.test(head)) pages.push(number);
  };
  let seen = 0;
  for (const found of text.matchAll(/(?<![\d.])(\d{1,6})\s+\d{1,5}\s+obj\b/g)) {
    if (++seen > mostObjects) break;
    const from = found.index + found[0].length;
    const head = text.slice(from, from + headLength).split(/\bendobj\b/, 1)[0] ?? '';
    if (!/\/Type\s*\/ObjStm\b/.test(head)) {
      look(found[1] ?? '', head.split('stream', 1)[0] ?? '');
      continue;
    }
    for (const { number, body } of unpack(file, { from, head })) {
      look(number, body.slice(0, headLength));
      unpacked.push(`${number} 0 obj\n${body}\nendobj`);
    }
  }
  return { catalog, pages: [...new Set(pages)], unpacked };
}

function unpack(
  file: Buffer,
  { from, head }: { readonly from: number; readonly head: string },
): { number: string; body: string }[] {
  const start = /\bstream\r?\n/.exec(head);
  const first = Number(/\/First\s+(\d+)/.exec(head)?.[1]);
  if (start === null || !Number.isInteger(first)) return [];
  const text = inflate(file.subarray(from + start.index + start[0].length)).toString('latin1');
  const numbers = text.slice(0, first).trim().split(/\s+/).map(Number);
  const objects: { number: string; body: string }[] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    const [number, at, next] = [numbers[i], numbers[i + 1], numbers[i + 3]];
    if (at === undefined || first + at >= text.length) break;
    const body = text.slice(first + at, next === undefined ? undefined : first + next);
    objects.push({ number: String(number), body });
  }
  return objects;
}

/** As much as there is of a stream whose end may be lost. */
function inflate(bytes: Buffer): Buffer {
  try {
    return inflateSync(bytes, { finishFlush: 2, maxOutputLength: mostInflated });
  } catch {
    return Buffer.alloc(0);
  }
}
