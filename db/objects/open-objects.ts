import { join } from 'node:path';
import type { Config } from '../config.ts';
import { openFolderObjects } from './folder-objects.ts';
import type { Objects } from './objects.ts';
import { openS3Objects } from './s3-objects.ts';

/** Objects in a bucket where there is one, else in a folder of `DATA_DIR`. */
export function openObjects({
  objectsUrl,
  dataDir,
}: Pick<Config, 'objectsUrl' | 'dataDir'>): Objects {
  return objectsUrl === undefined
    ? openFolderObjects(join(dataDir, 'objects'))
    : openS3Objects(objectsUrl);
}
