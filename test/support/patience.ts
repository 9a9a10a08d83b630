/** A test that never ends is to fail; how fast one is, on a machine that does other work, is no test. */
jest.setTimeout(30_000);
