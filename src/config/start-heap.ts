import { setFlagsFromString } from 'node:v8';

/**
 * Loading some two thousand modules makes V8's young generation grow to 32 MB, which it keeps for
 * as long as the process has little to do: most of Oju's life. Imported before anything else, this
 * keeps it small while the program starts; {@link letHeapGrow} lifts that.
 */
setFlagsFromString('--semi-space-growth-factor=1');

/** From now on the young generation grows with the load, as V8 has it by itself. */
export function letHeapGrow(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
}
