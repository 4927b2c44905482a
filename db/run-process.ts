import { ConfigError, readConfig } from './config.ts';
import { SealKeyUnknown } from './objects/objects.ts';
import { open, type Store } from './open.ts';

export type Running = { close(): Promise<void> };
/** `stopping` is aborted when a stop is asked for, also while the start still goes on. */
export type Start = (store: Store, stopping: AbortSignal) => Promise<Running>;

/** What the close may take beyond the time that running work has. */
const closingMs = 5_000;

/**
 * The whole life of a long-running process: settings, store, start, a stop by signal or by the death
 * of its parent, and a close in order that has a limit. Exit codes: 0 stopped, 1 fault, 2 bad settings.
 */
export function runProcess(role: string, start: Start): void {
  const store = openOrExit(role);
  const { config, log } = store;
  const stop = new AbortController();
  let isStopping = false;

  function fail(error: unknown, message: string): never {
    log.fatal({ err: error }, message);
    process.exit(1);
  }
  process.on('uncaughtException', (error) =>
    fail(error, `${role} met a fault that nobody handled`),
  );
  process.on('unhandledRejection', (error) => fail(error, `${role} left a promise unhandled`));

  async function close(reason: string): Promise<void> {
    if (isStopping) return;
    isStopping = true;
    log.info({ reason }, `${role} stops`);
    stop.abort();
    setTimeout(() => {
      log.error({ limitMs: config.shutdownMs + closingMs }, `${role} did not stop in time`);
      process.exit(1);
    }, config.shutdownMs + closingMs).unref();
    const started = await running.catch(() => undefined);
    await started?.close();
    await store.close();
    log.info(`${role} stopped`);
    process.exit(0);
  }
  function closeFor(reason: string): void {
    close(reason).catch((error: unknown) => fail(error, `${role} could not stop in order`));
  }

  process.on('SIGTERM', () => closeFor('SIGTERM'));
  process.on('SIGINT', () => closeFor('SIGINT'));
  process.on('disconnect', () => closeFor('its parent is gone'));
  const running = start(store, stop.signal);
  warnOfSeal(store);
  // The parent may have died while the modules were loading; then no event comes any more.
  if ('connected' in process && !process.connected) closeFor('its parent is gone');

  running.catch((error: unknown) => {
    if (isStopping) return;
    if (error instanceof ConfigError) refuse(error.faults);
    fail(error, `${role} cannot start`);
  });
}

/** Whoever forgot the key hears of it at the start, and not from people who miss their files. */
function warnOfSeal({ objects, log }: Store): void {
  objects.check().catch((error: unknown) => {
    if (!(error instanceof SealKeyUnknown)) return;
    log.error(
      { err: error },
      'files are sealed with a key that is not in OBJECTS_KEY, and cannot be read',
    );
  });
}

function openOrExit(role: string): Store {
  try {
    return open(readConfig(), role);
  } catch (error) {
    if (error instanceof ConfigError) return refuse(error.faults);
    return refuse([error instanceof Error ? error.message : String(error)]);
  }
}

function refuse(sentences: readonly string[]): never {
  process.stderr.write(`${sentences.join('\n')}\n`);
  process.exit(2);
}
