import type { Generated } from 'kysely';
import type { Instant } from './column-types.ts';

/** A file that arrives in several requests. */
export type UploadsTable = {
  id: string;
  course_id: string;
  owner_id: string;
  file_name: string;
  /** As the client gave it, to be given back. */
  metadata: string;
  size_bytes: number;
  /** Counted as used before the file is a material. */
  reserved_bytes: Generated<number>;
  offset_bytes: Generated<number>;
  /** Of the request that writes; one that has another has lost the upload to a later one. */
  fence: Generated<number>;
  /** What became of it. */
  material_id: Generated<string | null>;
  created_at: Instant;
  touched_at: Instant;
};

/** How much files take. Triggers keep it; nothing else writes to it. */
export type StorageUseTable = {
  /** Of a person or of a course. */
  id: string;
  used_bytes: number;
};

/** A piece of such a file, as an object of its own. */
export type UploadPartsTable = {
  upload_id: string;
  start_bytes: number;
  size_bytes: number;
  object_key: string;
};
