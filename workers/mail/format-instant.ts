/** An instant in words, such as `21 November 2026, 15:31 (GMT+3)`. */
export function formatInstant(
  at: Date,
  { language, timeZone }: { language: string; timeZone: string },
): string {
  const zone = isTimeZone(timeZone) ? timeZone : 'UTC';
  const date = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone: zone });
  const time = new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    timeZoneName: 'short',
    timeZone: zone,
  });
  const parts = new Map(time.formatToParts(at).map(({ type, value }) => [type, value]));
  const clock = `${parts.get('hour')}:${parts.get('minute')}`;
  return `${date.format(at)}, ${clock} (${parts.get('timeZoneName')})`;
}

/** The zone was checked when it was set, perhaps by a Node that knew others. */
function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) instanceof Intl.DateTimeFormat;
  } catch {
    return false;
  }
}
