// Runs only in the sandbox, as the engine `firstSlides` of `drawn.ts`.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reading } from '../../found.ts';
import { compoundMark } from '../compound-file.ts';
import { openSource, readSource } from '../open-source.ts';
import { refuseCompoundFile } from '../refuse-compound-file.ts';
import type { Drawn } from './drawn.ts';
import { drawScene } from './draw-scene.ts';
import type { Scene } from './scene.ts';
import { sceneOfPpt } from './scene-of-ppt.ts';
import { sceneOfPptx } from './scene-of-pptx.ts';

/** A picture of a presentation: the one that it brings, else its first slide. Nothing for one without slides. */
export async function* drawFirstSlide(
  file: string,
  { folder }: Reading,
): AsyncGenerator<Drawn, void, void> {
  const { thumbnail, scene } = await readLook(file);
  const picture = thumbnail ?? (scene && (await drawScene(scene)));
  if (picture === undefined) return;
  const fileName = 'first-slide.jpg';
  await writeFile(join(folder, fileName), picture);
  yield { kind: 'drawn', fileName };
}

async function readLook(file: string): Promise<{ thumbnail?: Buffer; scene?: Scene }> {
  const source = await openSource({ file });
  const head = await source.read(0, 8);
  await source.close();
  if (!head.equals(compoundMark)) return sceneOfPptx({ file });
  const bytes = await readSource({ file });
  await refuseLocked(file, bytes);
  const scene = sceneOfPpt(bytes);
  return scene === undefined ? {} : { scene };
}

async function refuseLocked(file: string, bytes: Buffer): Promise<void> {
  if (bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'))) await refuseCompoundFile(file);
}
