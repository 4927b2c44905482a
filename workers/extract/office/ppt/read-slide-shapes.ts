import { cleanText } from '../pptx/paragraph-text.ts';
import type { Box } from '../pptx/read-shapes.ts';
import {
  childOf,
  childrenOf,
  findRecords,
  textOfRecord,
  types,
  type Record,
} from './read-records.ts';

export type PptShape = {
  readonly text: string;
  readonly box: Box | undefined;
  /** Counted from one in the list of the presentation's pictures. */
  readonly picture: number | undefined;
  readonly isTitle: boolean;
  readonly isPlaceholder: boolean;
  /** Only takes the place of what belongs to every slide, such as its number. */
  readonly isFurniture: boolean;
};

type Place = (box: Box) => Box;

const mostDepth = 40;

/** The shapes of a slide, of a group those in it; `outline` is the slide's text that stands apart. */
export function readSlideShapes(
  drawing: Record | undefined,
  outline: readonly string[],
): PptShape[] {
  return findRecords(drawing, types.group)
    .slice(0, 1)
    .flatMap((group) => readGroup(group, outline, (box) => box, 0));
}

function readGroup(
  group: Record,
  outline: readonly string[],
  place: Place,
  depth: number,
): PptShape[] {
  if (depth > mostDepth) return [];
  const [own, ...rest] = childrenOf(group);
  const inner = depth === 0 ? place : groupPlace(own, place);
  return rest.flatMap((record) => {
    if (record.type === types.group) return readGroup(record, outline, inner, depth + 1);
    return record.type === types.shape ? [readShape(record, outline, inner)] : [];
  });
}

function readShape(shape: Record, outline: readonly string[], place: Place): PptShape {
  const children = childrenOf(shape);
  const textbox = children.find(({ type }) => type === types.textbox);
  const client = children.find(({ type }) => type === types.clientData);
  const kind = childOf(client, types.placeholder)?.data[4];
  const parts = textbox === undefined ? [] : childrenOf({ ...textbox, isContainer: true });
  const header = parts.find(({ type }) => type === types.textHeader)?.data[0];
  const text = parts
    .flatMap((record) => {
      if (record.type === types.outlineText && record.data.length >= 4) {
        return outline[record.data.readUInt32LE(0)] ?? [];
      }
      return record.type === types.string ? [] : (textOfRecord(record) ?? []);
    })
    .concat(artOf(children.find(({ type }) => type === types.options)))
    .map(cleanSlideText)
    .filter((line) => line !== '')
    .join('\n');
  const box = boxOf(children);
  return {
    text,
    box: box && place(box),
    picture: pictureOf(children.find(({ type }) => type === types.options)),
    isTitle: header === 0 || header === 6 || kind === 1 || kind === 3 || kind === 13 || kind === 15,
    isPlaceholder: kind !== undefined && kind !== 0,
    isFurniture: kind === 8,
  };
}

export function cleanSlideText(text: string): string {
  return cleanText(text.replaceAll('\u000b', '\n'))
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .join('\n');
}

function boxOf(children: readonly Record[]): Box | undefined {
  const anchor = children.find(({ type }) => type === types.anchor || type === types.childAnchor);
  if (anchor === undefined) return undefined;
  const { data } = anchor;
  if (anchor.type === types.anchor) {
    if (data.length < 8) return undefined;
    const read = (i: number) =>
      data.length >= 16 ? data.readInt32LE(i * 4) : data.readInt16LE(i * 2);
    const [top, left, right, bottom] = [read(0), read(1), read(2), read(3)];
    return [left, top, right - left, bottom - top];
  }
  if (data.length < 16) return undefined;
  const [left, top, right, bottom] = [0, 4, 8, 12].map((i) => data.readInt32LE(i));
  return [left ?? 0, top ?? 0, (right ?? 0) - (left ?? 0), (bottom ?? 0) - (top ?? 0)];
}

function groupPlace(own: Record | undefined, outer: Place): Place {
  const system = childOf(own, types.shapeGroup)?.data;
  const outside = boxOf(childrenOf(own));
  if (system === undefined || system.length < 16 || outside === undefined) return outer;
  const [left = 0, top = 0, right = 0, bottom = 0] = [0, 4, 8, 12].map((i) =>
    system.readInt32LE(i),
  );
  const scaleX = right > left ? outside[2] / (right - left) : 1;
  const scaleY = bottom > top ? outside[3] / (bottom - top) : 1;
  return ([x, y, width, height]) =>
    outer([
      outside[0] + (x - left) * scaleX,
      outside[1] + (y - top) * scaleY,
      width * scaleX,
      height * scaleY,
    ]);
}

const artProperty = 0x00c0;
const longBit = 0x8000;

/** Text that is drawn as a picture; long properties stand behind the short ones, in their order. */
function artOf(options: Record | undefined): string[] {
  if (options === undefined) return [];
  const { data, instance } = options;
  let at = instance * 6;
  for (let i = 0; i < instance && i * 6 + 6 <= data.length; i++) {
    const id = data.readUInt16LE(i * 6);
    if ((id & longBit) === 0) continue;
    const length = data.readUInt32LE(i * 6 + 2);
    if ((id & 0x3fff) === artProperty) {
      const text = data.subarray(at, at + Math.min(length, 20_000));
      return [text.toString('utf16le', 0, text.length - (text.length % 2)).replaceAll('\0', '')];
    }
    at += length;
  }
  return [];
}

const pictureProperty = 0x0104;
const fillProperty = 0x0186;

function pictureOf(options: Record | undefined): number | undefined {
  if (options === undefined) return undefined;
  const { data, instance } = options;
  for (let i = 0; i < instance && i * 6 + 6 <= data.length; i++) {
    const id = data.readUInt16LE(i * 6) & 0x3fff;
    if (id === pictureProperty || id === fillProperty) return data.readUInt32LE(i * 6 + 2);
  }
  return undefined;
}
