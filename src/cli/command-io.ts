import { text } from 'node:stream/consumers';
import type { ConfigOptions } from '../config/config.module.js';

/** What a subcommand reads and writes: the process' own, or a test's. */
export interface CommandIo {
  /** Writes a line to standard output: what the command was asked for. */
  out: (line: string) => void;
  /** Writes a line to standard error: all else. */
  err: (line: string) => void;
  /** All of standard input. */
  stdin: () => Promise<string>;
  /** What only code may put in; nothing in the running product. */
  config: ConfigOptions;
}

/** The process' own input and output. */
export function processIo(): CommandIo {
  return {
    out: (line) => process.stdout.write(`${line}\n`),
    err: (line) => process.stderr.write(`${line}\n`),
    stdin: () => text(process.stdin),
    config: {},
  };
}
