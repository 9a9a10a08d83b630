/** The only source of chance that is not a secret: jitter and the like. Secrets use node:crypto. */
export abstract class Random {
  /** A number from 0 (included) to 1 (excluded). */
  abstract next(): number;
}

/** Chance from the machine. */
export class SystemRandom extends Random {
  next(): number {
    return Math.random();
  }
}
