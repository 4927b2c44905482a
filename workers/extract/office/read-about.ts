import type { Found } from '../found.ts';
import type { Package } from './open-package.ts';
import { cleanText } from './pptx/paragraph-text.ts';
import { find } from './xml-tree.ts';

type About = Extract<Found, { kind: 'about' }>;

/** What an Office file says of itself in its properties. */
export async function readAbout(file: Package): Promise<About> {
  const relations = [...(await file.relations('')).values()];
  const partOf = (type: string, usual: string) =>
    relations.find((it) => it.type === type)?.target ?? usual;
  const core = (await file.tree(partOf('core-properties', 'docProps/core.xml')))?.root;
  const said = (name: string) => {
    const text = cleanText(find(core, name)?.text ?? '')
      .replace(/\s+/g, ' ')
      .trim();
    return text === '' ? undefined : text.slice(0, 500).toWellFormed();
  };
  const title = said('dc:title');
  const author = said('dc:creator') ?? said('cp:lastModifiedBy');
  const language = said('dc:language');
  const app = (await file.tree(partOf('extended-properties', 'docProps/app.xml')))?.root;
  const pages = Number(find(app, 'ep:Pages')?.text ?? 0);
  const isCount = Number.isInteger(pages) && pages > 0 && pages < 100_000;
  return {
    kind: 'about',
    ...(title !== undefined && { title }),
    ...(author !== undefined && { author }),
    ...(language !== undefined && { language }),
    ...(isCount && { pages }),
  };
}
