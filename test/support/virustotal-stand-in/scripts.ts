import { canonicaliseUrl } from './canonical-url.js';
import { scanScriptOf, type ScanScript, type UrlScript } from './engines.js';

/** Stands for every URL that has no scripts of its own. */
const EVERY_URL = '*';

/** The scripted scans of each URL, in the order in which its new analyses take them. */
export class Scripts {
  private readonly byUrl = new Map<string, ScanScript[]>();
  private readonly taken = new Map<string, number>();

  /** Replaces the URL's scripts: its next new analysis takes the first; the last one repeats. */
  set(url: string, scripts: readonly UrlScript[]): void {
    const key = url === EVERY_URL ? EVERY_URL : (canonicaliseUrl(url) ?? url);
    this.byUrl.set(key, scripts.map(scanScriptOf));
    if (key === EVERY_URL) this.taken.clear();
    else this.taken.delete(key);
  }

  /** What the next new analysis of the canonical URL will take. */
  peek(url: string): ScanScript {
    const scripts = this.byUrl.get(url) ?? this.byUrl.get(EVERY_URL) ?? [];
    return scripts[Math.min(this.taken.get(url) ?? 0, scripts.length - 1)] ?? {};
  }

  take(url: string): ScanScript {
    const script = this.peek(url);
    this.taken.set(url, (this.taken.get(url) ?? 0) + 1);
    return script;
  }

  clear(): void {
    this.byUrl.clear();
    this.taken.clear();
  }
}
