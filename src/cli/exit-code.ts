/** Thrown by a subcommand whose exit code says more than done or failed, as `oju scan`'s does. */
export class ExitCode extends Error {
  constructor(readonly exitCode: number) {
    super(`exit code ${exitCode}`);
  }
}
