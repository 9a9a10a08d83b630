import type { Locator, Page } from 'playwright-core';
import type { Deeds, Hands } from './hands.js';
import { inPage } from './in-page.js';

/** More choices than any list or group has. */
const MOST_CHOICES = 100;
/** A field for a day and a time has so many parts; more presses, and it holds the focus. */
const MOST_PARTS = 8;
/** The stop from which one step back is tried. */
const STEP_BACK_AT = 5;
/** What is asked of an element in the page itself, whose types Node does not know. */
interface Control {
  localName: string;
  type?: string;
  name?: string;
  form?: unknown;
  selectedOptions?: { label: string }[];
  ownerDocument: { activeElement: Control };
}

interface Focused {
  stop: number;
  name: string;
  isSeen: boolean;
  isCovered: boolean;
}

/**
 * Somebody with a keyboard alone: Tab, Shift and Tab, Enter, the space bar, arrows within one control,
 * and what is typed. On each page it first goes through everything once, and complains of a place
 * where the focus cannot be seen, is covered, is held, or does not come to.
 */
export class KeyboardHands implements Hands {
  readonly done: Deeds = { clicks: 0, fields: 0 };
  readonly complaints: string[] = [];
  /** How many places the focus has to come to, over all pages so far. */
  stops = 0;
  /** Those of the page at hand. */
  private stopsHere = 0;

  constructor(private readonly page: Page) {}

  async press(control: Locator): Promise<void> {
    await this.reach(control);
    this.done.clicks += 1;
    const isLink = (await control.evaluate(localNameOf)) === 'a';
    await this.key(isLink ? 'Enter' : 'Space');
  }

  async write(field: Locator, text: string): Promise<void> {
    await this.reach(field);
    this.done.fields += 1;
    await this.key('Control+A');
    await this.page.keyboard.type(text);
  }

  async tick(box: Locator): Promise<void> {
    if (await box.isChecked()) return;
    await this.reach(box);
    this.done.clicks += 1;
    const isRadio = (await box.evaluate(typeOf)) === 'radio';
    if (!isRadio) await this.key('Space');
    for (let tries = 0; tries < MOST_CHOICES && !(await box.isChecked()); tries += 1) {
      await this.key('ArrowDown');
    }
  }

  async choose(list: Locator, words: string): Promise<void> {
    await this.reach(list);
    this.done.clicks += 1;
    const chosen = () => list.evaluate(chosenOf);
    await this.key('Home');
    for (let tries = 0; tries < MOST_CHOICES && (await chosen()) !== words; tries += 1) {
      await this.key('ArrowDown');
    }
  }

  private async reach(target: Locator): Promise<void> {
    await target.waitFor();
    await this.page.waitForLoadState('load');
    if (!(await this.page.evaluate('"ojuStops" in window'))) await this.goThrough();
    for (let tabs = 0; tabs <= this.mostTabs(); tabs += 1) {
      if (await target.evaluate(hasFocus)) return;
      await this.key('Tab');
    }
    throw new Error(`Tab does not come to ${String(target)}`);
  }

  /** From the top of a page to its end. */
  private async goThrough(): Promise<void> {
    this.stopsHere = await inPage<number>(this.page, 'stops');
    this.stops += this.stopsHere;
    let before = -1;
    let onSame = 0;
    for (let tabs = 0; tabs < this.mostTabs(); tabs += 1) {
      await this.key('Tab');
      const focused = await this.focused();
      if (focused === null || (before > 0 && focused.stop === 0)) break;
      this.heed(focused);
      onSame = focused.stop === before ? onSame + 1 : 0;
      if (onSame > MOST_PARTS) {
        this.complain(`${focused.name} holds the focus`);
        break;
      }
      if (focused.stop === STEP_BACK_AT && onSame === 0) await this.stepBack(before, focused.stop);
      before = focused.stop;
    }
    for (const name of await inPage<string[]>(this.page, 'unreached')) {
      this.complain(`Tab does not come to ${name}`);
    }
  }

  private async stepBack(before: number, here: number): Promise<void> {
    await this.key('Shift+Tab');
    const back = await this.focused();
    if (back?.stop !== before) this.complain(`Shift and Tab lead to ${back?.name ?? 'nothing'}`);
    await this.key('Tab');
    const again = await this.focused();
    if (again?.stop !== here) this.complain(`Tab then leads to ${again?.name ?? 'nothing'}`);
  }

  private heed({ name, isSeen, isCovered }: Focused): void {
    if (!isSeen) this.complain(`the focus is not seen on ${name}`);
    if (isCovered) this.complain(`${name} is covered when it has the focus`);
  }

  /** Fields for a day or a time have a few parts, and boxes that scroll are stops as well. */
  private mostTabs(): number {
    return 2 * this.stopsHere + 2 * MOST_PARTS;
  }

  private focused(): Promise<Focused | null> {
    return inPage<Focused | null>(this.page, 'focused');
  }

  private key(name: string): Promise<void> {
    return this.page.keyboard.press(name);
  }

  private complain(what: string): void {
    this.complaints.push(`${new URL(this.page.url()).pathname}: ${what}`);
  }
}

// Each runs in the page: it knows nothing of this file.
const localNameOf = (element: Control): string => element.localName;
const typeOf = (element: Control): string | undefined => element.type;
const chosenOf = (list: Control): string => list.selectedOptions?.[0]?.label.trim() ?? '';
const hasFocus = (element: Control): boolean => {
  const here = element.ownerDocument.activeElement;
  const isRadio = element.type === 'radio' && here.type === 'radio';
  return here === element || (isRadio && here.name === element.name && here.form === element.form);
};
