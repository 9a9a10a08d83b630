/** Gives the services of an application, or of a part of one. */
export interface Providers {
  get: <T>(type: new (...args: never[]) => T) => T;
}
