import { PIXEL_FORMATS } from '../../native/pixels/index.ts';
import { Display } from '../../native/wayland/index.ts';
import type { Logger } from '../../protocol/node/log.ts';
import { allInterfaces } from '../../protocol/wayland/generated/index.ts';
import { floatingBindings } from '../wm/bindings.ts';
import { FloatingPolicy } from '../wm/floating.ts';
import { exposeDataDevices } from './data/data-device.ts';
import { exposePrimarySelection } from './data/primary-selection.ts';
import { Selections } from './data/selections.ts';
import { exposeForeignToplevels } from './foreign-toplevel/foreign-toplevels.ts';
import { exposeIdle, type Idle } from './idle/idle.ts';
import { exposeLayerShell, type LayerShell } from './layer/layer-shell.ts';
import { exposeSessionLock, type SessionLock } from './lock/session-lock.ts';
import { OutputLayout } from './output/layout.ts';
import { exposeXdgOutput } from './output/xdg-output.ts';
import { Scene } from './scene/scene.ts';
import { CursorState } from './seat/cursor.ts';
import { exposeCursorShape } from './seat/cursor-shape.ts';
import { CursorTheme } from './seat/cursor-theme.ts';
import { nativeKeyboard } from './seat/native-keyboard.ts';
import { exposePointerConstraints } from './seat/pointer-constraints.ts';
import { exposeRelativePointer } from './seat/relative-pointer.ts';
import { Seat } from './seat/seat.ts';
import { exposeSeat } from './seat/wl-seat.ts';
import { exposeXdgActivation } from './shell/activation.ts';
import { exposeXdgDecoration } from './shell/decoration.ts';
import { exposeXdgShell, Shell } from './shell/shell.ts';
import { exposeCompositor } from './surface/compositor-global.ts';
import { exposeFractionalScale } from './surface/fractional-scale.ts';
import { exposePresentation } from './surface/presentation.ts';
import { exposeSinglePixelBuffer } from './surface/single-pixel-buffer.ts';
import { exposeSubcompositor } from './surface/subcompositor.ts';
import { exposeViewporter } from './surface/viewport.ts';

/** ARGB8888 and XRGB8888 go without saying in wl_shm. */
const IMPLIED_FORMATS = 2;

/** performance.now() counts from the start of the process, and is the cheaper of the two. */
const CLOCK_OFFSET_MS = Number(process.hrtime.bigint()) / 1e6 - performance.now();

export interface CompositorOptions {
  readonly log: Logger;
  /** Of the one output there is before the first terminal came, in pixels. */
  readonly size: { readonly width: number; readonly height: number };
  /** Whether keys move, change and close windows; not where the one window is all there is. */
  readonly windowKeys?: boolean;
  /** See ShellDeps; for the conformance suite alone. */
  readonly acceptsUnconfiguredBuffers?: boolean;
}

/** One session's Wayland server: everything that clients see, put together. */
export class Compositor {
  readonly display: Display;
  readonly outputs: OutputLayout;
  readonly scene: Scene;
  readonly seat: Seat;
  readonly cursor: CursorState;
  readonly selections = new Selections();
  readonly shell: Shell;
  readonly layers: LayerShell;
  readonly lock: SessionLock;
  readonly idle: Idle;
  readonly log: Logger;
  /** CLOCK_MONOTONIC in ms: the time of events and frame callbacks. */
  readonly clock = (): number => performance.now() + CLOCK_OFFSET_MS;

  readonly #scheduled: (() => void)[] = [];
  #soon: NodeJS.Immediate | null = null;

  constructor(options: CompositorOptions) {
    const { log, size } = options;
    this.log = log;
    const display = new Display(allInterfaces);
    this.display = display;
    display.onHandlerError = (error, { client, where }) =>
      log.error({ err: error, where, client: client.pid }, 'a request could not be handled');
    display.onLog = (line) => log.debug({ line }, 'libwayland');
    display.initShm(PIXEL_FORMATS.slice(IMPLIED_FORMATS));

    this.outputs = new OutputLayout(display);
    this.outputs.apply([firstOutput(size)]);
    this.scene = new Scene(this.outputs, this.clock);
    this.seat = new Seat({
      display,
      scene: this.scene,
      outputs: this.outputs,
      keyboardNames: { rules: '', model: '', layout: '', variant: '', options: '' },
      keyboard: nativeKeyboard,
      clock: this.clock,
      schedule: (callback) => this.#schedule(callback),
    });
    this.cursor = new CursorState(new CursorTheme(), () => this.#scaleUnderPointer());
    this.outputs.onEvent(({ kind }) => {
      if (kind === 'changed') this.cursor.rescale();
    });
    this.shell = new Shell({
      display,
      scene: this.scene,
      outputs: this.outputs,
      seat: this.seat,
      policy: new FloatingPolicy(options.windowKeys === false ? [] : floatingBindings),
      log,
      clock: this.clock,
      acceptsUnconfiguredBuffers: options.acceptsUnconfiguredBuffers ?? false,
    });
    display.onDispatched(() => this.#runScheduled());
    this.#expose();
    this.layers = exposeLayerShell(this);
    this.lock = exposeSessionLock(this);
    this.idle = exposeIdle(this);
  }

  /**
   * For what follows from a batch of requests, the windows' new places included: run before the batch is answered, so
   * that a client that waits for the answer has its events too. What no batch caused is run soon.
   */
  #schedule(callback: () => void): void {
    this.#scheduled.push(callback);
    if (this.display.inBatch || this.#soon) return;
    this.#soon = setImmediate(() => this.#runScheduled());
  }

  #runScheduled(): void {
    if (this.#soon) clearImmediate(this.#soon);
    this.#soon = null;
    for (const callback of this.#scheduled.splice(0)) callback();
  }

  /** Clients bind in the order of the registry: what others build on comes first. */
  #expose(): void {
    exposeCompositor(this);
    exposeSubcompositor(this);
    exposeViewporter(this);
    exposeFractionalScale(this);
    exposeSinglePixelBuffer(this);
    exposePresentation(this);
    exposeXdgOutput(this);
    exposeDataDevices(this);
    exposePrimarySelection(this);
    exposeSeat(this);
    exposeCursorShape(this);
    exposeRelativePointer(this);
    exposePointerConstraints(this);
    exposeXdgShell(this.shell);
    exposeXdgDecoration(this.shell);
    exposeXdgActivation(this.shell);
    exposeForeignToplevels(this);
  }

  #scaleUnderPointer(): number {
    const { pointerX, pointerY } = this.seat;
    const output = this.outputs.outputAt(pointerX, pointerY) ?? this.outputs.primary;
    return Math.round((output?.scale ?? 1) * 120);
  }

  [Symbol.dispose](): void {
    this.idle[Symbol.dispose]();
    this.shell[Symbol.dispose]();
    this.display.destroy();
    this.scene[Symbol.dispose]();
    this.seat[Symbol.dispose]();
  }
}

function firstOutput({ width, height }: { width: number; height: number }) {
  return {
    id: 0,
    name: 'WAYRAY-1',
    make: 'WayRay',
    model: 'virtual',
    widthPx: width,
    heightPx: height,
    widthMm: 0,
    heightMm: 0,
    scale120: 120,
    refreshMhz: 60_000,
    x: 0,
    y: 0,
    transform: 0,
  };
}
