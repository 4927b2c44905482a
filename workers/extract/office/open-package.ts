import { posix } from 'node:path';
import { Refusal } from '../found.ts';
import type { Source } from './open-source.ts';
import { openZip, type Zip } from './open-zip.ts';
import { findAll, parseTree, type Tree } from './xml-tree.ts';

export type Relation = { readonly type: string; readonly target: string };

/** An Office file of parts that refer to each other; what is outside of it is left alone. */
export type Package = {
  readonly zip: Zip;
  /** Of a part, by their ids; those that lead outside are not among them. */
  readonly relations: (part: string) => Promise<Map<string, Relation>>;
  readonly tree: (part: string) => Promise<Tree | undefined>;
  /** Of the parts that say their own, by name. */
  readonly contentTypes: () => Promise<Map<string, string>>;
};

export async function openPackage(source: Source): Promise<Package> {
  const zip = await openZip(source);
  const tree = async (part: string) => {
    const found = await zip.read(part);
    if (found === undefined) return undefined;
    const parsed = parseTree(found.bytes);
    return { root: parsed.root, isWhole: parsed.isWhole && found.isWhole };
  };
  return {
    zip,
    tree,
    relations: async (part) => {
      const { dir, base } = posix.parse(part);
      const found = await tree(posix.join(dir, '_rels', `${base}.rels`));
      return readRelations(found, dir);
    },
    contentTypes: async () => readContentTypes(await tree('[Content_Types].xml')),
  };
}

function readRelations(tree: Tree | undefined, folder: string): Map<string, Relation> {
  const relations = new Map<string, Relation>();
  for (const { attributes } of findAll(tree?.root, 'Relationship', 'rel:Relationship')) {
    const [id, target, type] = ['Id', 'Target', 'Type'].map((key) => attributes.get(key));
    const isOutside =
      attributes.get('TargetMode')?.toLowerCase() === 'external' || /^[a-z]+:/i.test(target ?? '');
    if (id === undefined || target === undefined || isOutside) continue;
    relations.set(id, {
      type: (type ?? '').slice((type ?? '').lastIndexOf('/') + 1),
      target: resolvePart(folder, target),
    });
  }
  return relations;
}

function resolvePart(folder: string, target: string): string {
  const plain = decodePart(target.replaceAll('\\', '/'));
  return posix.join('/', plain.startsWith('/') ? '' : folder, plain).slice(1);
}

function decodePart(target: string): string {
  try {
    return decodeURIComponent(target);
  } catch {
    return target;
  }
}

function readContentTypes(tree: Tree | undefined): Map<string, string> {
  const types = new Map<string, string>();
  for (const { attributes } of findAll(tree?.root, 'Override')) {
    const name = attributes.get('PartName')?.replace(/^\//, '');
    const type = attributes.get('ContentType');
    if (name !== undefined && type !== undefined) types.set(name, type);
  }
  return types;
}

/** The part that a file of this kind begins with, whatever it is called. */
export async function findMainPart(
  file: Package,
  { type, usual }: { type: RegExp; usual: RegExp },
): Promise<string> {
  const has = (name: string | undefined) =>
    name !== undefined && file.zip.names.some((it) => it.toLowerCase() === name.toLowerCase());
  const typed = [...(await file.contentTypes())].find(
    ([name, contentType]) => type.test(contentType) && has(name),
  )?.[0];
  const related = [...(await file.relations('')).values()].find(
    (relation) => relation.type === 'officeDocument' && has(relation.target),
  )?.target;
  const main = typed ?? related ?? file.zip.names.find((name) => usual.test(name));
  if (main === undefined) throw damaged();
  return main;
}

export function damaged(): Refusal {
  return new Refusal(
    'file_damaged',
    'This file is damaged and nothing in it can be read. Open it, save it anew and upload it again.',
  );
}
