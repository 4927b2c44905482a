import { availableParallelism } from 'node:os';
import { takeTurns } from './take-turns.ts';

/**
 * What keeps a core busy for long waits here for its turn, whatever it is: more at once would end no
 * sooner, and everything else would come later. Who comes with one file is let in beside the others, to
 * have it read and drawn.
 */
export const processorTurns = takeTurns({ places: availableParallelism(), forNewcomers: 2 });
