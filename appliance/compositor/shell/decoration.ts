import { WaylandError } from '../../../native/wayland/index.ts';
import {
  type ZxdgDecorationManagerV1,
  type ZxdgToplevelDecorationV1,
  ZxdgToplevelDecorationV1Error,
  ZxdgToplevelDecorationV1Mode,
  zxdgDecorationManagerV1,
} from '../../../protocol/wayland/generated/xdg-decoration.ts';
import type { DecorationMode, WindowInfo } from '../../wm/policy.ts';
import type { Shell } from './shell.ts';
import { XdgToplevel } from './xdg-toplevel.ts';

const modes: Record<DecorationMode, ZxdgToplevelDecorationV1Mode> = {
  client: ZxdgToplevelDecorationV1Mode.clientSide,
  server: ZxdgToplevelDecorationV1Mode.serverSide,
};

/** What a client and the policy agree on about who draws the window's frame. */
export class ToplevelDecoration {
  readonly resource: ZxdgToplevelDecorationV1;
  readonly toplevel: XdgToplevel;
  wanted: WindowInfo['decoration'] = 'any';
  #configured: DecorationMode | null = null;
  #mustAnswer = true;

  constructor(resource: ZxdgToplevelDecorationV1, toplevel: XdgToplevel) {
    this.resource = resource;
    this.toplevel = toplevel;
    toplevel.decoration = this;
    resource.setHandler({
      setMode: (mode) => this.#setMode(mode),
      unsetMode: () => this.#want('any'),
    });
    resource.onDestroy(() => this.#leave());
    toplevel.answer();
  }

  /** Part of a configure sequence of the toplevel. */
  configure(mode: DecorationMode): void {
    if (this.#configured === mode && !this.#mustAnswer) return;
    this.#configured = mode;
    this.#mustAnswer = false;
    this.resource.sendConfigure(modes[mode]);
  }

  /** The toplevel gets a buffer: only allowed once the client knows the mode. */
  checkBuffer(): void {
    if (this.#configured !== null) return;
    throw new WaylandError(
      this.resource,
      ZxdgToplevelDecorationV1Error.unconfiguredBuffer,
      'a buffer was committed before the first configure',
    );
  }

  /** The client destroys the toplevel first, which it must not. */
  orphaned(): void {
    this.resource.postError(
      ZxdgToplevelDecorationV1Error.orphaned,
      'its xdg_toplevel was destroyed before it',
    );
  }

  #setMode(mode: number): void {
    if (mode === ZxdgToplevelDecorationV1Mode.clientSide) this.#want('client');
    else if (mode === ZxdgToplevelDecorationV1Mode.serverSide) this.#want('server');
    // version 1 of the protocol has no error for another value
    else this.#want('any');
  }

  #want(wanted: WindowInfo['decoration']): void {
    this.wanted = wanted;
    this.#mustAnswer = true;
    this.toplevel.answer();
  }

  #leave(): void {
    if (this.toplevel.decoration !== this) return;
    this.toplevel.decoration = null;
    this.toplevel.infoChanged();
  }
}

export function exposeXdgDecoration(shell: Shell): void {
  shell.display.createGlobal(zxdgDecorationManagerV1, 1, (manager: ZxdgDecorationManagerV1) => {
    manager.setHandler({
      getToplevelDecoration: (id, toplevel) => decorate(id, XdgToplevel.from(toplevel)),
    });
  });
}

function decorate(id: ZxdgToplevelDecorationV1, toplevel: XdgToplevel): void {
  const { surface } = toplevel;
  if (toplevel.decoration) {
    id.postError(ZxdgToplevelDecorationV1Error.alreadyConstructed, 'it already has a decoration');
  } else if (surface.hasBuffer || surface.hasPendingBuffer) {
    id.postError(ZxdgToplevelDecorationV1Error.unconfiguredBuffer, 'the toplevel has a buffer');
  } else {
    new ToplevelDecoration(id, toplevel);
  }
}
