import type { Edges } from './parse-table.ts';

/** Where a point of one picture lies in another: x' = ax + cy + e, y' = bx + dy + f. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** First `first`, then `then`. */
export function chain(first: Matrix, then: Matrix): Matrix {
  const [a, b, c, d, e, f] = first;
  const [p, q, r, s, t, u] = then;
  return [
    p * a + r * b,
    q * a + s * b,
    p * c + r * d,
    q * c + s * d,
    p * e + r * f + t,
    q * e + s * f + u,
  ];
}

export const scaleBy = (x: number, y: number): Matrix => [x, 0, 0, y, 0, 0];
export const moveBy = (x: number, y: number): Matrix => [1, 0, 0, 1, x, y];

/** Clockwise, about the upper left corner. */
export function turnBy(degrees: number): Matrix {
  const angle = (degrees * Math.PI) / 180;
  return [Math.cos(angle), Math.sin(angle), -Math.sin(angle), Math.cos(angle), 0, 0];
}

/** The edges of what a rectangle becomes. */
export function mapEdges([left, top, right, bottom]: Edges, matrix: Matrix): Edges {
  const [a, b, c, d, e, f] = matrix;
  const corners = [left, right].flatMap((x) => [top, bottom].map((y) => [x, y] as const));
  const xs = corners.map(([x, y]) => a * x + c * y + e);
  const ys = corners.map(([x, y]) => b * x + d * y + f);
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
