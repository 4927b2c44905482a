import type { Graph } from '@lectern/db/graph/graph';
import type { ImportItem, ImportReport } from '@lectern/db/jobs/import-report';
import type { Media } from '@lectern/db/materials/recognise-media';

/** A course as a file has it, made ready to be written. */
export type Draft = CourseFields & {
  readonly id: string;
  readonly graph: Graph;
  readonly materials: readonly DraftMaterial[];
  /** What became of each thing in it. */
  readonly items: readonly ImportItem[];
};

export type CourseFields = {
  readonly title: string;
  readonly description: string;
  readonly language: string;
  readonly level: string | null;
  readonly tags: readonly string[];
};

export type DraftMaterial = Media & {
  readonly id: string;
  readonly fileName: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
};

/** A file that was read: its courses, and what in it is none. */
export type CourseFile = {
  readonly format: ImportReport['format'];
  readonly drafts: readonly Draft[];
  readonly items: readonly ImportItem[];
};

/** A file of which no course can be made; the message is for whoever brought it. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
