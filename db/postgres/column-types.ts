import type { ColumnType } from 'kysely';

/** An instant that the database fills in when none is given. */
export type Instant = ColumnType<Date, Date | undefined, Date>;
export type MaybeInstant = ColumnType<Date | null, Date | null | undefined, Date | null>;
