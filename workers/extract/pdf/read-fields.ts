import type { PDFPageProxy } from 'pdfjs-dist/legacy/build/pdf.mjs';
import type { Piece } from '../found.ts';

/** What was filled in, noted and commented on a page. */
export async function readFields(page: PDFPageProxy, place: Piece['place']): Promise<Piece[]> {
  const annotations: unknown[] = await page.getAnnotations().catch(() => []);
  const texts = [...annotations.flatMap(textsOf), ...(await readXfa(page))]
    .map((text) => text.replaceAll(/\r\n?/g, '\n').trim())
    .filter((text) => text !== '');
  return [...new Set(texts)].map((text) => ({ text, place }));
}

function textsOf(annotation: unknown): string[] {
  if (typeof annotation !== 'object' || annotation === null) return [];
  const value: unknown = Reflect.get(annotation, 'fieldValue');
  const isChoice = Reflect.get(annotation, 'checkBox') || Reflect.get(annotation, 'radioButton');
  const values = isChoice ? [] : [value].flat();
  const note: unknown = Reflect.get(annotation, 'contentsObj');
  const noted: unknown = typeof note === 'object' && note !== null && Reflect.get(note, 'str');
  return [...values, noted].filter((text) => typeof text === 'string');
}

/** Forms that are no pages but a description of some. */
async function readXfa(page: PDFPageProxy): Promise<string[]> {
  if (!page.isPureXfa) return [];
  const tree: unknown = await page.getXfa();
  const texts: string[] = [];
  const waiting = [tree];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (typeof node !== 'object' || node === null) continue;
    const value: unknown = Reflect.get(node, 'value');
    if (typeof value === 'string') texts.push(value);
    const children: unknown = Reflect.get(node, 'children');
    if (Array.isArray(children)) waiting.push(...children.toReversed());
  }
  return [texts.join('\n')];
}
