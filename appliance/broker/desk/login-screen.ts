import { PageKind } from '../../../protocol/generated/control.ts';
import type { Logger } from '../../../protocol/node/log.ts';
import type { Place } from '../../../protocol/session/place.ts';
import { DeskGreeter } from '../greeter/desk-greeter.ts';
import { audit, type DeskDeps, oneLine } from './desk-deps.ts';
import type { DeskPages } from './pages.ts';
import type { TerminalWishes } from './terminal-wishes.ts';
import type { TerminalView } from './view.ts';

const NO_LOGINS =
  'Logins are not possible right now: the login screen does not start. It is tried again.';

export interface LoginScreenDeps {
  readonly deps: DeskDeps;
  readonly place: Place;
  readonly terminalName: string;
  readonly view: TerminalView;
  readonly pages: DeskPages;
  readonly wishes: TerminalWishes;
  readonly log: Logger;
}

/** The greeter of a desk, which is shown in the place of its pages. */
export function makeLoginScreen(desk: LoginScreenDeps): DeskGreeter {
  const { deps, place, terminalName, view, pages, wishes, log } = desk;
  const { logins, policy, clock, host, shutdown } = deps;
  return new DeskGreeter({
    logins,
    policy: policy.greeter,
    terminal: place.terminal,
    terminalName,
    host,
    clock,
    log,
    size: () => {
      const [first] = wishes.wanted.outputs;
      return first ? { width: first.widthPx, height: first.heightPx } : null;
    },
    keyboard: () => wishes.wanted.keyboard,
    show: ({ session, socket }, onGone) => {
      pages.gone();
      const wanted = () => wishes.wanted;
      view.show({ kind: 'greeter', sessionId: session, insertion: 0, socket, wanted, onGone });
    },
    onKeyboard: (layout, variant) => {
      const keyboard = wishes.choose(layout, variant);
      view.tellSession({ type: 'KeyboardLayout', ...keyboard });
    },
    // The page alone: a desk that draws one puts an end to the greeter.
    onTrouble: (lasting) =>
      lasting ? pages.draw(PageKind.busy, NO_LOGINS) : pages.draw(PageKind.starting),
    mayShutDown: shutdown.isOffered,
    onShutdown: () => void shutDown(desk),
  });
}

async function shutDown({ deps, place, terminalName, log }: LoginScreenDeps): Promise<void> {
  const { terminal, connection } = place;
  const record = (kind: string, more: Readonly<Record<string, string>> = {}) =>
    audit(deps, {
      kind,
      terminal,
      token: null,
      details: { name: terminalName, connection, ...more },
    });
  log.warn({ terminalName }, 'somebody at a greeter shuts the machine down');
  try {
    await deps.shutdown.ask(terminal);
    record('host-shutdown');
  } catch (error) {
    const why = oneLine((error as Error).message);
    log.error({ reason: why }, 'it cannot be shut down');
    record('host-shutdown-refused', { why });
  }
}
