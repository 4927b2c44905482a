import { limits, type Position } from '@lectern/db/graph/graph';
import { isFields, takeText } from './fields.ts';
import { cut } from './take-course.ts';

export function takeTitle(value: unknown, changes: string[]): string {
  const title = takeText(value, 'title', changes);
  if (title.length <= limits.titleLength) return title;
  changes.push('Its title was too long and is cut.');
  return cut(title, limits.titleLength);
}

export function takePosition(value: unknown, changes: string[]): Position {
  const { x, y } = isFields(value) ? value : {};
  if (isFinite(x) && isFinite(y)) return { x: x + 0, y: y + 0 };
  if (value !== undefined) changes.push('Its position is not two numbers; it stands at 0, 0.');
  return { x: 0, y: 0 };
}

function isFinite(value: unknown): value is number {
  return Number.isFinite(value);
}
