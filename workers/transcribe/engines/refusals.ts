/** One piece cannot be written down; others can. The message is for the owner of the recording. */
export class PieceFailed extends Error {
  override readonly name = 'PieceFailed';
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
