import { otsuThreshold } from './measure-light.ts';
import type { Grey } from './pgm.ts';

type Blob = { top: number; bottom: number; left: number; right: number };

const fewestLetters = 8;

/** How high small letters are, in pixels: the middle height of what hangs together in ink. */
export function measureLetters(grey: Grey): number | undefined {
  const heights = listBlobs(grey)
    .map(({ top, bottom, left, right }) => ({ height: bottom - top + 1, width: right - left + 1 }))
    .filter(({ height, width }) => height >= 4 && width >= 2 && width < 4 * height)
    .filter(({ height }) => height < grey.height / 2)
    .map(({ height }) => height)
    .toSorted((a, b) => a - b);
  return heights.length < fewestLetters ? undefined : heights[Math.floor(heights.length / 2)];
}

/** What hangs together, found by joining the runs of ink of each row to those above. */
function listBlobs({ width, height, pixels }: Grey): Blob[] {
  const threshold = otsuThreshold(pixels);
  const parents: number[] = [];
  const blobs: Blob[] = [];
  const rootOf = (label: number): number => {
    let root = label;
    while (parents[root] !== root) root = parents[root] ?? root;
    parents[label] = root;
    return root;
  };
  let above = new Int32Array(width).fill(-1);
  for (let y = 0; y < height; y++) {
    const here = new Int32Array(width).fill(-1);
    let label = -1;
    for (let x = 0; x < width; x++) {
      if ((pixels[y * width + x] ?? 255) > threshold) {
        label = -1;
        continue;
      }
      const upper = above[x] ?? -1;
      if (upper >= 0) label = label < 0 ? rootOf(upper) : join(label, upper);
      if (label < 0) {
        label = parents.length;
        parents.push(label);
        blobs.push({ top: y, bottom: y, left: x, right: x });
      }
      const blob = blobs[label];
      if (blob !== undefined) {
        blob.bottom = y;
        blob.left = Math.min(blob.left, x);
        blob.right = Math.max(blob.right, x);
      }
      here[x] = label;
    }
    above = here;
  }
  return blobs.filter((_, label) => parents[label] === label);

  function join(one: number, other: number): number {
    const [root, lost] = [rootOf(one), rootOf(other)];
    const [kept, gone] = [blobs[root], blobs[lost]];
    if (root === lost || kept === undefined || gone === undefined) return root;
    parents[lost] = root;
    kept.top = Math.min(kept.top, gone.top);
    kept.bottom = Math.max(kept.bottom, gone.bottom);
    kept.left = Math.min(kept.left, gone.left);
    kept.right = Math.max(kept.right, gone.right);
    return root;
  }
}
