import type { Box } from '../pptx/read-shapes.ts';

/** What of a slide is drawn: enough to know it again, not a page for print. */
export type Scene = {
  /** Width and height, and how many of their units are a point. */
  readonly size: readonly [number, number];
  readonly unitsPerPoint: number;
  readonly background: string;
  readonly backgroundPicture: Buffer | undefined;
  readonly items: readonly SceneItem[];
};

export type SceneItem = {
  readonly box: Box;
  readonly fill: string | undefined;
  readonly picture: Buffer | undefined;
  readonly paragraphs: readonly SceneParagraph[];
  readonly anchor: 'top' | 'middle' | 'bottom';
};

export type SceneParagraph = {
  readonly text: string;
  readonly points: number;
  readonly color: string;
  readonly isBold: boolean;
  readonly align: 'left' | 'center' | 'right';
};
