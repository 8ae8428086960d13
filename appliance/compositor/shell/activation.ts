import { randomBytes } from 'node:crypto';
import {
  type XdgActivationTokenV1,
  XdgActivationTokenV1Error,
  type XdgActivationV1,
  xdgActivationV1,
} from '../../../protocol/wayland/generated/xdg-activation.ts';
import { Surface } from '../surface/surface.ts';
import { ActivationTokens } from './activation-tokens.ts';
import type { Shell } from './shell.ts';

export function exposeXdgActivation(shell: Shell): void {
  const tokens = new ActivationTokens(() => randomBytes(16).toString('hex'), shell.clock);
  shell.display.createGlobal(xdgActivationV1, 1, (activation: XdgActivationV1) => {
    activation.setHandler({
      getActivationToken: (id) => makeToken(shell, tokens, id),
      activate: (token, surface) => {
        if (tokens.redeem(token)) shell.activate(Surface.from(surface));
      },
    });
  });
}

/** Only a client that the user just dealt with gets a token that works; others get one that does nothing. */
function makeToken(shell: Shell, tokens: ActivationTokens, id: XdgActivationTokenV1): void {
  let serial: number | null = null;
  let used = false;
  const whileUnused = (act: () => void) => {
    if (used) id.postError(XdgActivationTokenV1Error.alreadyUsed, 'it was already committed');
    else act();
  };
  id.setHandler({
    setSerial: (value) =>
      whileUnused(() => {
        serial = value;
      }),
    setAppId: () => whileUnused(() => {}),
    setSurface: () => whileUnused(() => {}),
    commit: () =>
      whileUnused(() => {
        used = true;
        const origin = serial === null ? null : shell.seat.serialOrigin(serial, id.client);
        const focused = shell.seat.keyboardFocus?.client === id.client;
        id.sendDone(tokens.issue(origin !== null && focused));
      }),
  });
}
