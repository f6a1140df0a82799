/** What Postgres would answer to a statement that it rejects. Thrown within the replay only, and caught there. */
export class PgError extends Error {
  constructor(
    /** The five letters of the SQLSTATE. */
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

/** Thrown for what needs knowledge that the migrations don't give. */
export class Unknowable extends Error {}
