import type { Locator } from 'playwright-core';
import type { Deeds, Hands } from './hands.js';

/** Somebody with a mouse. */
export class MouseHands implements Hands {
  readonly done: Deeds = { clicks: 0, fields: 0 };

  async press(control: Locator): Promise<void> {
    this.done.clicks += 1;
    await control.click();
  }

  async write(field: Locator, text: string): Promise<void> {
    this.done.fields += 1;
    await field.fill(text);
  }

  async tick(box: Locator): Promise<void> {
    if (await box.isChecked()) return;
    this.done.clicks += 1;
    await box.check();
  }

  async choose(list: Locator, words: string): Promise<void> {
    this.done.clicks += 1;
    await list.selectOption({ label: words });
  }
}
