import type { Objects } from './objects.ts';

/** Writes every object again, so that all of them are sealed with the newest key. Gives their number. */
export async function resealObjects(
  objects: Objects,
  progress: (key: string) => void,
): Promise<number> {
  let count = 0;
  for await (const { key } of objects.list('')) {
    await objects.write(key, await objects.read(key));
    progress(key);
    count++;
  }
  return count;
}
