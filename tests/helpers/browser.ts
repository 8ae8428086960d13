import type { ExecutionContext } from 'ava';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { checksum, pictureOver } from '../../firmware/decode/index.ts';

const EXECUTABLE = '/usr/bin/chromium';
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A Chromium of its own, with a profile that goes with it. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: EXECUTABLE, headless: true, args: FLAGS });
}

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly scale?: number;
  readonly locale?: string;
  readonly touch?: boolean;
  /** What the plain keys of the computer print; none: the browser does not tell. Headless it knows a US keyboard. */
  readonly keyLabels?: Readonly<Record<string, string>>;
  /** Where the person was before: its cookies are known. */
  readonly context?: BrowserContext;
}

/** A picture as the page's canvas holds it. */
export interface Seen {
  readonly width: number;
  readonly height: number;
  /** R, G, B, A */
  readonly bytes: Uint8Array;
  readonly checksum: number;
}

/** A tab with the browser terminal. */
export class TerminalPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page complained about. */
  readonly complaints: string[] = [];

  static async open(
    t: ExecutionContext,
    browser: Browser,
    url: string,
    options: PageOptions = {},
  ): Promise<TerminalPage> {
    const { width = 800, height = 600, scale = 1, locale = 'en-US', touch = false } = options;
    const context =
      options.context ??
      (await browser.newContext({
        ignoreHTTPSErrors: true,
        viewport: { width, height },
        deviceScaleFactor: scale,
        locale,
        hasTouch: touch,
      }));
    if (!options.context) t.teardown(() => context.close());
    const page = await context.newPage();
    if (options.keyLabels) await page.addInitScript(labelKeys, options.keyLabels);
    const opened = new TerminalPage(page, context);
    await visit(page, url);
    return opened;
  }

  private constructor(page: Page, context: BrowserContext) {
    this.page = page;
    this.context = context;
    page.setDefaultTimeout(20_000);
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
  }

  /** Resolves when the page is in this state. */
  async state(name: string): Promise<void> {
    await this.page.waitForSelector(`html[data-state=${name}]`, { state: 'attached' });
  }

  /** Resolves when the picture is shown and proved to be what the session composed. */
  async settled(): Promise<void> {
    await this.page.waitForSelector('html[data-state=attached] #screen[aria-busy=false]');
  }

  headline(): Promise<string | null> {
    return this.page.textContent('#headline');
  }

  detail(): Promise<string | null> {
    return this.page.textContent('#detail');
  }

  async look(): Promise<Seen> {
    const { width, height, base64 } = await this.page.evaluate(() => {
      const canvas = document.getElementById('picture') as HTMLCanvasElement;
      const { width, height } = canvas;
      const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(
        0,
        0,
        width,
        height,
      );
      let text = '';
      for (let i = 0; i < data.length; i += 32_768) {
        text += String.fromCharCode(...data.subarray(i, i + 32_768));
      }
      return { width, height, base64: btoa(text) };
    });
    const bytes = new Uint8Array(Buffer.from(base64, 'base64'));
    return { width, height, bytes, checksum: checksum(pictureOver(bytes, width, height)) };
  }

  /** Types through the keys of a US keyboard, as the page sees them; Playwright presses no Shift for this. */
  type(text: string): Promise<void> {
    return this.page.keyboard.type(text);
  }

  /** Presses keys by their KeyboardEvent.code, with Shift or others joined by +. */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  chooseLayout(id: string): Promise<string[]> {
    return this.page.selectOption('#layout', id, { force: true });
  }
}

/** Chromium drops what it is loading when a network device comes or goes anywhere on the machine. */
async function visit(page: Page, url: string): Promise<void> {
  try {
    await page.goto(url);
  } catch (error) {
    if (!String(error).includes('ERR_NETWORK_CHANGED')) throw error;
    await page.goto(url);
  }
}

function labelKeys(labels: Readonly<Record<string, string>>): void {
  const keyboard = Object.getPrototypeOf((navigator as { keyboard?: object }).keyboard);
  keyboard.getLayoutMap = async () => new Map(Object.entries(labels));
}

/** Both show the same; the colours alone count. */
export function sameColours(seen: Seen, rgb: Uint8Array): boolean {
  if (seen.width * seen.height * 3 !== rgb.length) return false;
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    for (let c = 0; c < 3; c++) if (seen.bytes[from + c] !== rgb[to + c]) return false;
  }
  return true;
}
