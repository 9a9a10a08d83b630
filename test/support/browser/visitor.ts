import type {
  Browser,
  BrowserContext,
  CDPSession,
  ConsoleMessage,
  Page,
  Request,
  Response,
} from 'playwright-core';
import type { Variant } from './variant.js';

const HEIGHT = { 1280: 800, 390: 844 } as const;
const PATIENCE_MS = 20_000;
/** Chromium says so of every page that is answered so, whoever wanted it. */
const STATUS_TOLD = /^Failed to load resource: the server responded with a status of \d+/;
/** A stream of events, and what the page before has not got yet, such as its icon, end with it. */
const BREAKS_OFF = /\/events$|\/static\//;

/** What a visitor brings. */
export interface Luggage {
  /** Of the server, without a path. */
  origin: string;
  variant: Variant;
  /** Of somebody who is signed in, as `name=value`. */
  cookie?: string;
  /** Default: that things move as they like. */
  reducedMotion?: 'reduce' | 'no-preference';
}

/**
 * Somebody with a browser of their own, new cookies and an empty cache, who keeps what no page may do:
 * an error in the console, one that nobody caught, a request that fails or goes to another host, what
 * the content security policy stops.
 */
export class Visitor {
  readonly complaints: string[] = [];
  /** The status that the page at hand is to have. */
  private expected = 200;

  private constructor(
    readonly page: Page,
    /** What only Chromium's own protocol can do. */
    readonly devtools: CDPSession,
    private readonly context: BrowserContext,
    readonly variant: Variant,
    readonly origin: string,
  ) {}

  /** Opens nothing yet. */
  static async arrive(
    browser: Browser,
    { origin, variant, cookie, reducedMotion = 'no-preference' }: Luggage,
  ): Promise<Visitor> {
    const { language, width, theme, hasScript } = variant;
    const context = await browser.newContext({
      locale: language === 'fr' ? 'fr-FR' : 'en-GB',
      viewport: { width, height: HEIGHT[width] },
      hasTouch: width === 390,
      isMobile: width === 390,
      colorScheme: theme,
      javaScriptEnabled: hasScript,
      reducedMotion,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    if (cookie !== undefined) {
      const [name = '', value = ''] = cookie.split('=');
      await context.addCookies([{ name, value, url: origin }]);
    }
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    const visitor = new Visitor(page, devtools, context, variant, origin);
    visitor.listen();
    return visitor;
  }

  /**
   * Goes to a page and waits until it is loaded; complains of another status than is expected.
   * @param path with what stands before the host, if it is another's
   */
  async open(path: string, expected = 200): Promise<void> {
    this.expected = expected;
    const response = await this.page.goto(new URL(path, this.origin).href, { waitUntil: 'load' });
    const status = response?.status() ?? 0;
    if (status !== expected) this.complain(`answered ${status}, not ${expected}`);
  }

  /** What is done from now on leads to a page of this status. */
  expect(status: number): void {
    this.expected = status;
  }

  async leave(): Promise<void> {
    await this.context.close();
  }

  private listen(): void {
    const { page } = this;
    page.on('console', (message) => {
      this.heed(message);
    });
    page.on('pageerror', (error) => {
      this.complain(`threw ${error.message}`);
    });
    page.on('request', (request) => {
      if (!isAtHome(request, this.origin)) this.complain(`asked ${request.url()}`);
    });
    page.on('requestfailed', (request) => {
      this.heedFailure(request);
    });
    page.on('response', (response) => {
      this.heedAnswer(response);
    });
  }

  private heed(message: ConsoleMessage): void {
    const text = message.text();
    if (message.type() !== 'error') return;
    // The answer itself is looked at, with what was expected of it.
    if (STATUS_TOLD.test(text)) return;
    this.complain(`wrote to the console: ${text}`);
  }

  private heedFailure(request: Request): void {
    const reason = request.failure()?.errorText ?? '';
    const isBrokenOff = reason === 'net::ERR_ABORTED' && BREAKS_OFF.test(request.url());
    if (!isBrokenOff) this.complain(`${request.method()} ${request.url()} failed: ${reason}`);
  }

  private heedAnswer(response: Response): void {
    const status = response.status();
    if (status < 400) return;
    const isThePage = response.request().isNavigationRequest();
    if (isThePage && status === this.expected) return;
    this.complain(`${response.request().method()} ${response.url()} was answered ${status}`);
  }

  private complain(what: string): void {
    this.complaints.push(`${new URL(this.page.url(), this.origin).pathname}: ${what}`);
  }
}

function isAtHome(request: Request, origin: string): boolean {
  const url = new URL(request.url());
  return url.protocol === 'data:' || url.origin === origin;
}
