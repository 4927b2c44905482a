import { isDeepStrictEqual } from 'node:util';
import * as Y from 'yjs';
import { holdValue } from './hold-value.ts';
import { type Piece, piecesOf, type RichNode, type RichText } from './rich-text.ts';

/**
 * Makes a fragment say this. What it says already is left alone, so that whoever writes elsewhere in it
 * keeps their place and their words.
 */
export function writeRichText(fragment: Y.XmlFragment, wanted: RichText | undefined): void {
  writeChildren(fragment, wanted?.content ?? []);
}

/** A run of text, which is one `Y.XmlText`; or an element. */
type Part =
  | { readonly kind: 'text'; readonly pieces: readonly Piece[] }
  | {
      readonly kind: 'element';
      readonly name: string;
      readonly attrs: Readonly<Record<string, unknown>>;
      readonly children: readonly Part[];
    };

function writeChildren(parent: Y.XmlFragment, nodes: readonly RichNode[]): void {
  writeParts(parent, partsOf(nodes));
}

function writeParts(parent: Y.XmlFragment, wanted: readonly Part[]): void {
  const current = parent.toArray();
  const found = current.map(readPart);
  const { before, after } = findCommon(found, wanted, isDeepStrictEqual);
  const middle = current.slice(before, current.length - after);
  const aims = wanted.slice(before, wanted.length - after);
  let at = before;
  for (const [i, aim] of aims.entries()) {
    const child = middle[i];
    if (child !== undefined && canBecome(child, aim)) become(child, aim);
    else {
      if (child !== undefined) parent.delete(at, 1);
      parent.insert(at, [make(aim)]);
    }
    at++;
  }
  if (middle.length > aims.length) parent.delete(at, middle.length - aims.length);
}

function partsOf(nodes: readonly RichNode[]): Part[] {
  const parts: Part[] = [];
  for (const { type, text, marks = [], attrs = {}, content = [] } of nodes) {
    if (text === undefined) {
      parts.push({ kind: 'element', name: type, attrs, children: partsOf(content) });
      continue;
    }
    const attributes = Object.fromEntries(marks.map((mark) => [mark.type, mark.attrs ?? {}]));
    const piece = { text, attributes };
    const last = parts.at(-1);
    if (last?.kind === 'text') parts.splice(-1, 1, { ...last, pieces: [...last.pieces, piece] });
    else parts.push({ kind: 'text', pieces: [piece] });
  }
  return parts;
}

type Child = ReturnType<Y.XmlFragment['toArray']>[number];

function readPart(child: Child): Part {
  if (child instanceof Y.XmlText) return { kind: 'text', pieces: piecesOf(child) };
  if (!(child instanceof Y.XmlElement)) {
    return { kind: 'element', name: '', attrs: {}, children: [] };
  }
  const children = child.toArray().map(readPart);
  return { kind: 'element', name: child.nodeName, attrs: child.getAttributes(), children };
}

function canBecome(child: Child, aim: Part): boolean {
  if (aim.kind === 'text') return child instanceof Y.XmlText;
  return child instanceof Y.XmlElement && child.nodeName === aim.name;
}

function become(child: Child, aim: Part): void {
  if (aim.kind === 'text' && child instanceof Y.XmlText) writePieces(child, aim.pieces);
  if (aim.kind === 'element' && child instanceof Y.XmlElement) {
    writeAttributes(child, aim.attrs);
    writeParts(child, aim.children);
  }
}

function make(aim: Part): Y.XmlText | Y.XmlElement {
  if (aim.kind === 'text') {
    const text = new Y.XmlText();
    text.applyDelta(
      aim.pieces.map((piece) => ({ insert: piece.text, attributes: { ...piece.attributes } })),
    );
    return text;
  }
  const element = new Y.XmlElement(aim.name);
  for (const [key, value] of Object.entries(aim.attrs)) setAttribute(element, key, value);
  element.insert(0, aim.children.map(make));
  return element;
}

function writeAttributes(element: Y.XmlElement, wanted: Readonly<Record<string, unknown>>): void {
  const found: Readonly<Record<string, unknown>> = element.getAttributes();
  for (const key of Object.keys(found)) if (!(key in wanted)) element.removeAttribute(key);
  for (const [key, value] of Object.entries(wanted)) {
    if (!isDeepStrictEqual(found[key], value)) setAttribute(element, key, value);
  }
}

/** Editors keep numbers and objects here too, whatever the type says. */
function setAttribute(element: Y.XmlElement, key: string, value: unknown): void {
  const open: Y.XmlElement<Record<string, object | number | string>> = element;
  const held = holdValue(value);
  if (held !== undefined && held !== null) open.setAttribute(key, held);
}

type Character = { readonly unit: string; readonly attributes: Piece['attributes'] };

function writePieces(text: Y.XmlText, wanted: readonly Piece[]): void {
  const found = charactersOf(piecesOf(text));
  const aims = charactersOf(wanted);
  const { before, after } = findCommon(found, aims, isSameCharacter);
  const removed = found.length - before - after;
  const units = (some: readonly Character[]) =>
    some.reduce((sum, { unit }) => sum + unit.length, 0);
  let at = units(found.slice(0, before));
  if (removed > 0) text.delete(at, units(found.slice(before, found.length - after)));
  for (const { unit, attributes } of aims.slice(before, aims.length - after)) {
    text.insert(at, unit, { ...attributes });
    at += unit.length;
  }
}

/** Whole characters, so that none is cut in half. */
function charactersOf(pieces: readonly Piece[]): Character[] {
  return pieces.flatMap(({ text, attributes }) =>
    Array.from(text, (unit) => ({ unit, attributes })),
  );
}

function isSameCharacter(a: Character, b: Character): boolean {
  if (a.unit !== b.unit) return false;
  return a.attributes === b.attributes || isDeepStrictEqual(a.attributes, b.attributes);
}

/** How much two lists share at their beginnings and at their ends. */
function findCommon<T>(
  a: readonly T[],
  b: readonly T[],
  isSame: (left: T, right: T) => boolean,
): { readonly before: number; readonly after: number } {
  const most = Math.min(a.length, b.length);
  const same = (i: number, j: number) => {
    const [left, right] = [a[i], b[j]];
    return left !== undefined && right !== undefined && isSame(left, right);
  };
  let before = 0;
  while (before < most && same(before, before)) before++;
  let after = 0;
  while (after < most - before && same(a.length - 1 - after, b.length - 1 - after)) after++;
  return { before, after };
}
