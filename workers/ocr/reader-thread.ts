// The thread that a reader works in: that of tesseract.js, made quiet, and unable to take its process
// down with it.
// oxlint-disable-next-line import/no-unassigned-import -- it listens at its port
import 'tesseract.js/src/worker-script/node/index.js';
import { giveWay } from '../runtime/give-way.ts';

// Tesseract tells its guesses about resolution to the console.
for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const) console[name] = () => {};

// An error that nobody handles here would end the whole process; an exit is seen by the reader.
process.on('uncaughtException', () => process.exit(1));

giveWay(0);
