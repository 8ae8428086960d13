import { join } from 'node:path';
import { EXIT, ExitError } from '../protocol/node/cli.ts';
import type { Logger } from '../protocol/node/log.ts';
import type { TerminalConfig } from './config/terminal-config.ts';
import type { Display, DisplayEvents } from './display/display.ts';
import { HeadlessDisplay } from './display/headless-display.ts';
import type { TerminalOptions } from './options.ts';

/** The display that was asked for; what others need is not loaded. @throws ExitError when it cannot be had */
export async function openDisplay(
  options: TerminalOptions,
  config: TerminalConfig,
  events: DisplayEvents,
  log: Logger,
): Promise<Display> {
  const { size, scale = 1 } = options;
  switch (options.display) {
    case 'headless':
      return new HeadlessDisplay(...(options.output ?? [{ ...size, scale }]));
    case 'kms': {
      const { KmsDisplay } = await import('./display/kms-display.ts');
      const { display, input } = config;
      const memory = join(options.stateDir, 'monitors.json');
      const scale = options.scale ?? null;
      return new KmsDisplay({ size, scale, display, memory, input, events, log });
    }
    case 'window':
      return openWindow(options, events);
  }
}

async function openWindow(
  { server, size, scale = 1, fullscreen = false }: TerminalOptions,
  events: DisplayEvents,
): Promise<Display> {
  const { WindowDisplay } = await import('./display/window-display.ts');
  try {
    const title = `WayRay ${server?.host ?? ''}`.trimEnd();
    return new WindowDisplay({ title, size, scale, fullscreen, events });
  } catch (cause) {
    throw new ExitError(`--display window: ${(cause as Error).message}`, EXIT.failed, { cause });
  }
}
