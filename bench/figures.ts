/** The middle one; of an even number the upper of the two. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** One figure of a bench and what it must keep. */
export interface Bound {
  /** What is measured, as a person reads it. */
  name: string;
  value: number;
  /** The figure may not be over, or not under, this. */
  atMost?: number;
  atLeast?: number;
  unit?: string;
}

/** Prints figures beside their bounds. Ends the process with 1 when one is outside, or is none. */
export function report(figures: readonly Bound[]): void {
  for (const { name, value, atMost, atLeast, unit = '' } of figures) {
    // Not the other way round: a figure that is not a number is inside no bound.
    const isInside = value <= (atMost ?? Infinity) && value >= (atLeast ?? -Infinity);
    const bound = atMost === undefined ? `at least ${atLeast ?? ''}` : `at most ${atMost}`;
    const mark = isInside ? 'ok    ' : 'OUTSIDE';
    console.log(`${mark} ${name}: ${shown(value)}${unit} (bound: ${bound}${unit})`);
    if (!isInside) process.exitCode = 1;
  }
}

function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toFixed(2);
}

/** Whether the command line asks for the short run. */
export function isQuick(): boolean {
  return process.argv.includes('--quick');
}
