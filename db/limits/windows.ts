import type { Rate } from '../settings.ts';
import type { Taken } from './limits.ts';

/**
 * The requests of a key in the window that runs and in the one before it. Of the latter counts the
 * share that lies within one window from now, so that no burst fits twice around a window's end.
 */
export type Window = { startedAtMs: number; count: number; before: number; expiresAtMs: number };

export function openWindow({ windowMs }: Rate, nowMs: number): Window {
  return { startedAtMs: nowMs, count: 0, before: 0, expiresAtMs: nowMs + 2 * windowMs };
}

/** Counts one request if there is room. `takeScript` does the same in Redis. */
export function countRequest(window: Window, { most, windowMs }: Rate, nowMs: number): Taken {
  slideTo(nowMs, window, windowMs);
  const { startedAtMs, count, before } = window;
  const elapsedMs = nowMs - startedAtMs;
  // One ms less than there is, so that whoever waits for the end of a full window is let in.
  const lastingMs = Math.max(0, windowMs - 1 - elapsedMs);
  const used = count + Math.floor((before * lastingMs) / windowMs);
  if (used < most) {
    window.count++;
    const resetMs = Math.ceil(windowMs - elapsedMs);
    return { isAllowed: true, most, left: most - used - 1, resetMs };
  }
  // Room comes when the share of the window before has shrunk enough, or with the next window.
  const isFull = count >= most;
  const waitMs = isFull ? windowMs - elapsedMs : lastingMs - ((most - count) * windowMs) / before;
  return { isAllowed: false, most, left: 0, resetMs: Math.floor(waitMs) + 1 };
}

function slideTo(nowMs: number, window: Window, windowMs: number): void {
  const elapsedMs = nowMs - window.startedAtMs;
  if (elapsedMs < windowMs) return;
  const isNext = elapsedMs < 2 * windowMs;
  window.startedAtMs = isNext ? window.startedAtMs + windowMs : nowMs;
  window.before = isNext ? window.count : 0;
  window.count = 0;
  window.expiresAtMs = window.startedAtMs + 2 * windowMs;
}
