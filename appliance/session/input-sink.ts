import { ProtocolError } from '../../protocol/errors.ts';
import { decodeInput, type InputMessage, type Shown } from '../../protocol/generated/input.ts';
import type { OutputLayout } from '../compositor/output/layout.ts';
import type { Seat } from '../compositor/seat/seat.ts';
import type { LatencyTrace } from './trace/latency-trace.ts';

/** Hands a terminal's input to the seat: from pixels of its screens to the compositor's logical space. */
export class InputSink {
  readonly #seat: Seat;
  readonly #outputs: OutputLayout;
  readonly #timeMs: () => number;
  readonly #view: number;
  readonly #trace: Pick<LatencyTrace, 'input'> | null;
  readonly #shown: (shown: Shown) => void;
  /** What comes was typed and pointed at this view; another's keys must not arrive here. */
  #meant: boolean;
  #sequence = 0;

  /**
   * @param view of the attachment, as in Attach
   * @param shown told of acknowledgements of this view
   */
  constructor(
    seat: Seat,
    outputs: OutputLayout,
    timeMs: () => number,
    view: number,
    trace: Pick<LatencyTrace, 'input'> | null = null,
    shown: (shown: Shown) => void = () => {},
  ) {
    this.#seat = seat;
    this.#outputs = outputs;
    this.#timeMs = timeMs;
    this.#view = view;
    this.#trace = trace;
    this.#shown = shown;
    this.#meant = view === 0;
  }

  /** The last input that was handled, 0 before the first. */
  get sequence(): number {
    return this.#sequence;
  }

  /** @throws ProtocolError for a message that cannot be decoded; input for a screen that is gone is dropped. */
  receive(bytes: Uint8Array): void {
    const message = decodeInput(bytes);
    if (message.type !== 'Together') return this.#take(message);
    // Applications that are told of a key at once work while the rest is seen to.
    const later: Shown[] = [];
    for (const each of message.messages) {
      const inner = decodeInput(each);
      // The broker looks for InputView, and no further than at the first byte.
      if (inner.type === 'Together' || inner.type === 'InputView')
        throw new ProtocolError('unexpected', 'Together.messages', inner.type);
      if (inner.type === 'Shown') later.push(inner);
      else this.#take(inner);
    }
    for (const shown of later) this.#take(shown);
  }

  #take(message: ReturnType<typeof decodeInput>): void {
    if (message.type === 'unknown') return;
    if (message.type === 'Shown') {
      if (message.view === this.#view) this.#shown(message);
      return;
    }
    if (message.type === 'InputView') this.#meant = message.view === this.#view;
    if (!this.#meant) return;
    if ('sequence' in message) {
      this.#sequence = message.sequence;
      this.#trace?.input(message.timeUs);
    }
    this.#handle(message);
  }

  #handle(message: InputMessage): void {
    const seat = this.#seat;
    const timeMs = this.#timeMs();
    switch (message.type) {
      case 'Key':
        return seat.key(timeMs, message.code, message.pressed);
      case 'PointerMotion':
        return this.#at(message, (x, y) => seat.pointerMotion(timeMs, x, y));
      case 'PointerRelative':
        return seat.pointerRelative(timeMs, message.dx / 256, message.dy / 256);
      case 'PointerButton':
        return seat.pointerButton(timeMs, message.code, message.pressed);
      case 'PointerAxis':
        return seat.pointerAxis(timeMs, {
          axis: message.axis === 1 ? 'horizontal' : 'vertical',
          value: message.value / 256,
          v120: message.v120,
          source: AXIS_SOURCES[message.source] ?? 'wheel',
          stop: message.stop,
          inverted: message.inverted,
        });
      case 'PointerFrame':
        return seat.pointerFrame();
      case 'TouchDown':
        return this.#at(message, (x, y) => seat.touchDown(timeMs, message.id, x, y));
      case 'TouchMotion':
        return this.#at(message, (x, y) => seat.touchMotion(timeMs, message.id, x, y));
      case 'TouchUp':
        return seat.touchUp(timeMs, message.id);
      case 'TouchFrame':
        return seat.touchFrame();
      case 'TouchCancel':
        return seat.touchCancel();
      case 'ReleaseAll':
        return seat.releaseAll();
    }
  }

  #at(
    message: { output: number; x: number; y: number },
    use: (x: number, y: number) => void,
  ): void {
    const output = this.#outputs.outputs.find(({ id }) => id === message.output);
    if (!output) return;
    const { x, y, width, height } = output.logical;
    use(
      x + clamp(message.x / 256 / output.scale, width),
      y + clamp(message.y / 256 / output.scale, height),
    );
  }
}

const AXIS_SOURCES = ['wheel', 'finger', 'continuous', 'wheel-tilt'] as const;

/** Keeps a position on its screen, whose far edge is already the neighbour's. */
function clamp(position: number, size: number): number {
  return Math.min(Math.max(position, 0), size - 1 / 256);
}
