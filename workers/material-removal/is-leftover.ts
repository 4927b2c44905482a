const versionFolder = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\//;

/**
 * Whether a file was made of an original that the material has no more. Originals themselves stay: each is
 * a version, or one that is just arriving.
 */
export function isLeftover(
  key: string,
  { root, current }: { readonly root: string; readonly current: string },
): boolean {
  const [version = ''] = versionFolder.exec(key.slice(root.length)) ?? [];
  const folder = `${root}${version}`;
  return folder !== current && !key.slice(folder.length).startsWith('original');
}
