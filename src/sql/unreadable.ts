/** SQL text that could not be read. A value, not an exception: nothing that reads SQL throws for its input. */
export class Unreadable {
  constructor(
    /** What is wrong, in the parser's words where it has some, without a full stop. */
    readonly reason: string,
    /** Where, in UTF-16 units of the text that was read; undefined where it is the whole text. */
    readonly offset?: number,
  ) {}
}
