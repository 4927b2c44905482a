import { type Static, Type } from 'typebox';

const Count = Type.Integer({ minimum: 1, maximum: 10_000 });

/** Small pictures of a video, many on each sheet, by which people see where they are about to go. */
export const Storyboard = Type.Object({
  width: { ...Count, description: 'of one picture' },
  height: Count,
  columns: { ...Count, description: 'on a sheet, filled line by line' },
  rows: Count,
  everyS: Type.Number({ exclusiveMinimum: 0, description: 'from one picture to the next' }),
  count: { ...Count, maximum: 1_000_000, description: 'pictures in all' },
  sheets: Type.Array(Type.String(), { description: 'JPEG objects, by key' }),
});
export type Storyboard = Static<typeof Storyboard>;
