import { type Static, Type } from 'typebox';

const Size = Type.Integer({ minimum: 2 });

const PlannedRendition = Type.Object({
  name: Type.String(),
  width: Size,
  height: Size,
  /** Bits each second that it does not go beyond for long. */
  peak: Type.Integer({ minimum: 1 }),
  /** H.264's level, as 41 for 4.1. */
  level: Type.Integer({ minimum: 10 }),
  /** The picture as it stands in its file, encoded by somebody else. */
  isCopied: Type.Boolean(),
});
export type PlannedRendition = Static<typeof PlannedRendition>;

/** What the picture of a video is made into. */
export const VideoPlan = Type.Object({
  /** Frames in so many seconds, of every rendition that is encoded. */
  frameRate: Type.Tuple([Type.Integer({ minimum: 1 }), Type.Integer({ minimum: 1 })]),
  renditions: Type.Array(PlannedRendition),
  /** Where the largest is copied, the others have its frames and its cuts. */
  isCopied: Type.Boolean(),
  /** The file is one in which looking for a place finds an earlier one. */
  seeksEarly: Type.Boolean(),
  /** Somebody has gone through the file, so that all pieces are known. */
  isComplete: Type.Boolean(),
  /** Where its picture ends, as soon as that is known; what was shown last stays from then on. */
  pictureEndS: Type.Optional(Type.Number()),
  /** What cannot be played of it, in words for its owner. */
  loss: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() })),
});
export type VideoPlan = Static<typeof VideoPlan>;
