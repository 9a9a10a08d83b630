#!/usr/bin/env node
import 'reflect-metadata';
import { processIo } from './cli/command-io.js';
import { runCli } from './cli/run-cli.js';

void runCli(process.argv.slice(2), processIo()).then((exitCode) => {
  process.exitCode = exitCode;
});
