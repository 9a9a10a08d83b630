import type { Locator } from 'playwright-core';

/** What the hands did so far. */
export interface Deeds {
  /** Links followed, buttons pressed, boxes and choices set. */
  clicks: number;
  /** Fields that something was written in. */
  fields: number;
}

/** What somebody can do to a page. */
export interface Hands {
  readonly done: Deeds;
  /** Follows a link, or presses a button. */
  press(control: Locator): Promise<void>;
  /** Writes in a field, in the place of what it has. */
  write(field: Locator, text: string): Promise<void>;
  /** Sets a box, or chooses a radio button, unless it is set. */
  tick(box: Locator): Promise<void>;
  /** Chooses in a list, by the words of the choice. */
  choose(list: Locator, words: string): Promise<void>;
}
