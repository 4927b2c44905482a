import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const style = readFileSync(join(import.meta.dirname, 'style.css'), 'utf8');
const [light = '', dark = ''] = [...style.matchAll(/:root \{([^}]*)\}/g)].map(([, body]) => body);

const texts = ['ink', 'soft', 'link', 'good', 'warn', 'bad', 'off'];
const grounds = ['paper', 'sheet'];

for (const [scheme, block] of Object.entries({ light, dark })) {
  const colours = new Map(
    [...block.matchAll(/--([\w-]+): (#[\da-f]{6});/g)].map(([, name, hex]) => [name, hex]),
  );
  test(`in the ${scheme} colours every text can be read on every ground (WCAG AA)`, () => {
    const pairs = texts.flatMap((text) => grounds.map((ground) => [text, ground]));
    for (const [text, ground] of [...pairs, ['on-link', 'link']]) {
      const ratio = contrast(colours.get(text) ?? '', colours.get(ground) ?? '');
      assert.ok(ratio >= 4.5, `${text} on ${ground} has ${ratio.toFixed(2)}`);
    }
  });
}

test('the style loads nothing', () => {
  assert.doesNotMatch(style, /url\(|@import|https?:/);
});

function contrast(a: string, b: string): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex: string): number {
  const [red = Number.NaN, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(hex.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
