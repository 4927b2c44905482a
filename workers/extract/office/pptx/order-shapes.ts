import type { Box, Shape } from './read-shapes.ts';

const titles = new Set(['title', 'ctrTitle']);
const last = new Set(['dt', 'ftr', 'hdr', 'sldNum']);

/**
 * As a person reads a slide: the title, then row by row from the left, groups as a whole, and what
 * stands at the foot of every slide at the end. The members of groups stand in their group's place.
 */
export function orderShapes(shapes: readonly Shape[]): Shape[] {
  const rank = ({ placeholder }: Shape): 0 | 1 | 2 => {
    if (placeholder === undefined) return 1;
    return titles.has(placeholder.type) ? 0 : last.has(placeholder.type) ? 2 : 1;
  };
  return orderByPlace(shapes, rank).flatMap((shape) =>
    shape.members === undefined ? [shape] : [shape, ...orderShapes(shape.members)],
  );
}

type Placed = { readonly box: Box | undefined };

/** By rank, and within it row by row from the left; what has no place comes last. */
export function orderByPlace<T extends Placed>(
  shapes: readonly T[],
  rank: (shape: T) => 0 | 1 | 2,
): T[] {
  return [0, 1, 2].flatMap((wanted) => rowsOf(shapes.filter((shape) => rank(shape) === wanted)));
}

export function isTitle(shape: Shape): boolean {
  return shape.placeholder !== undefined && titles.has(shape.placeholder.type);
}

function rowsOf<T extends Placed>(shapes: readonly T[]): T[] {
  const placed = shapes
    .flatMap((shape) => (shape.box === undefined ? [] : [{ shape, box: shape.box }]))
    .sort((a, b) => a.box[1] - b.box[1]);
  const rows: (typeof placed)[] = [];
  for (const item of placed) {
    const row = rows.at(-1);
    const first = row?.[0]?.box;
    // In one row with a shape is what begins above its middle.
    const isBeside = first !== undefined && item.box[1] < first[1] + first[3] / 2;
    if (isBeside) row?.push(item);
    else rows.push([item]);
  }
  const ordered = rows.flatMap((row) => row.sort((a, b) => a.box[0] - b.box[0]));
  return [...ordered.map(({ shape }) => shape), ...shapes.filter(({ box }) => box === undefined)];
}
