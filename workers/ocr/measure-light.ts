/** How many pixels have each shade. */
export function countShades(pixels: Uint8Array): Uint32Array {
  const counts = new Uint32Array(256);
  for (const pixel of pixels) counts[pixel] = (counts[pixel] ?? 0) + 1;
  return counts;
}

/** The shade that divides ink from paper best: up to it is ink. */
export function otsuThreshold(pixels: Uint8Array): number {
  const counts = countShades(pixels);
  const total = pixels.length;
  let sum = 0;
  for (let shade = 0; shade < 256; shade++) sum += shade * (counts[shade] ?? 0);
  let below = 0;
  let sumBelow = 0;
  let best = { shade: 127, spread: -1 };
  for (let shade = 0; shade < 255; shade++) {
    below += counts[shade] ?? 0;
    sumBelow += shade * (counts[shade] ?? 0);
    if (below === 0 || below === total) continue;
    const difference = sumBelow / below - (sum - sumBelow) / (total - below);
    const spread = below * (total - below) * difference * difference;
    if (spread > best.spread) best = { shade, spread };
  }
  return best.shade;
}

/** The shade below which a share of the pixels lies. */
export function shadeAt(pixels: Uint8Array, share: number): number {
  const counts = countShades(pixels);
  let seen = 0;
  for (let shade = 0; shade < 256; shade++) {
    seen += counts[shade] ?? 0;
    if (seen >= share * pixels.length) return shade;
  }
  return 255;
}
