/** Thrown by a handler: never try again, and tell the owner why. */
export class Cancel extends Error {
  override readonly name = 'Cancel';
  readonly code: string;
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Thrown by a handler: not now, but then. Does not count as a failed try. */
export class Snooze extends Error {
  override readonly name = 'Snooze';
  readonly until: Date;
  constructor(until: Date) {
    super(`snoozed until ${until.toISOString()}`);
    this.until = until;
  }
}
