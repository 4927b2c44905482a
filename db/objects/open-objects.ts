import { join } from 'node:path';
import type { Config } from '../config.ts';
import { openFolderObjects } from './folder-objects.ts';
import type { Objects } from './objects.ts';
import { openS3Objects } from './s3-objects.ts';
import { sealObjects } from './seal-objects.ts';

/** Objects in a bucket where there is one, else in a folder of `DATA_DIR`; sealed where there is a key. */
export function openObjects({
  objectsUrl,
  objectsKeys,
  dataDir,
}: Pick<Config, 'objectsUrl' | 'objectsKeys' | 'dataDir'>): Objects {
  const objects =
    objectsUrl === undefined
      ? openFolderObjects(join(dataDir, 'objects'))
      : openS3Objects(objectsUrl);
  return sealObjects(objects, objectsKeys);
}
