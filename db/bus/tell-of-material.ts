import type { Bus } from './bus.ts';

export type MaterialNews = {
  readonly id: string;
  readonly courseId: string;
  readonly event: `material.${string}`;
};

/** Says to whoever watches the material or its course what happened; the rows are there already. */
export function tellOfMaterial(
  bus: Pick<Bus, 'publish'>,
  { id: materialId, courseId, event }: MaterialNews,
): void {
  for (const subject of [materialId, courseId]) {
    const news = JSON.stringify({ event, materialId });
    bus.publish(`subject:${subject}`, news).catch(() => undefined);
  }
}
