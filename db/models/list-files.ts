import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { type ModelName, neededFiles, repositoryOf } from './known-models.ts';

/** A file of a model, with what its content has to be. */
export type ModelFile = {
  readonly name: string;
  readonly url: string;
  readonly sizeBytes: number;
  /** Large files are known by the hash of their content, small ones as Git knows them. */
  readonly digest: { readonly kind: 'sha256' | 'git'; readonly hex: string };
};

export type Listing = { readonly revision: string; readonly files: readonly ModelFile[] };

const Hex = Type.String({ pattern: '^[0-9a-f]{40,64}$' });
const Shape = Type.Object({
  sha: Hex,
  siblings: Type.Array(
    Type.Object({
      rfilename: Type.String(),
      size: Type.Integer({ minimum: 0 }),
      blobId: Hex,
      lfs: Type.Optional(Type.Object({ sha256: Hex })),
    }),
  ),
});
const compiled = Compile(Shape);

/** What the newest version of a model consists of, by one commit, so that all of it belongs together. */
export async function listFiles(
  base: string,
  model: ModelName,
  signal: AbortSignal,
): Promise<Listing> {
  const repository = repositoryOf(model);
  const url = `${base}/api/models/${repository}/revision/main?blobs=true`;
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  const value: unknown = await response.json();
  if (!compiled.Check(value))
    throw new Error(`${url} answered something else than a list of files`);
  const files = neededFiles.map((name) => {
    const found = value.siblings.find(({ rfilename }) => rfilename === name);
    if (found === undefined) throw new Error(`${repository} has no ${name}`);
    return describe(found, `${base}/${repository}/resolve/${value.sha}/${name}`);
  });
  return { revision: value.sha, files };
}

type Sibling = Static<typeof Shape>['siblings'][number];

function describe({ rfilename: name, size, blobId, lfs }: Sibling, url: string): ModelFile {
  const digest =
    lfs === undefined
      ? ({ kind: 'git', hex: blobId } as const)
      : ({ kind: 'sha256', hex: lfs.sha256 } as const);
  return { name, url, sizeBytes: size, digest };
}
