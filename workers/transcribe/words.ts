import type { Track } from '@lectern/db/postgres/captions';

/** Something could not be written down; the rest could. `message` is for the recording's owner. */
export type Loss = { readonly code: string; readonly message: string };

/** What is said in a recording; the first track is searched. */
export type Words = { readonly tracks: readonly Track[]; readonly losses: readonly Loss[] };
