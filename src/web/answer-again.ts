/** An answer of a JSON route as it went out. */
export interface GivenAnswer {
  status: number;
  contentType: string;
  /** The header Location, if it had one. */
  location: string | null;
  body: string;
}

/** Thrown instead of handling a request that was answered before: that answer goes out again. */
export class AnswerAgain extends Error {
  constructor(readonly answer: GivenAnswer) {
    super('answered before');
  }
}
