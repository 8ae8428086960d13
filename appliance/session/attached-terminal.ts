import {
  MAX_TILES,
  MAX_VIDEO_HEIGHT,
  MAX_VIDEO_WIDTH,
  VIDEO_STREAMS,
} from '../../native/pixels/index.ts';
import { Channel } from '../../protocol/channel.ts';
import { ProtocolError } from '../../protocol/errors.ts';
import { FINE_CAPABILITY } from '../../protocol/fine-capability.ts';
import { encodeFrameHead } from '../../protocol/frame-unit.ts';
import {
  type Attach,
  ByeCode,
  encodeControl,
  type KeyboardNames,
  type OutputInfo,
} from '../../protocol/generated/control.ts';
import {
  decodeDisplay,
  displayMaxUnitBytes,
  type FrameUpdate,
} from '../../protocol/generated/display.ts';
import { GRADED_CAPABILITY } from '../../protocol/graded-capability.ts';
import type { Link, LinkStream } from '../../protocol/link/link.ts';
import type { Logger } from '../../protocol/node/log.ts';
import { STEP_CAPABILITY } from '../../protocol/step-capability.ts';
import { findTileCapability } from '../../protocol/tile-capability.ts';
import { CHROMA_DETAIL_CAPABILITY, findVideoCapability } from '../../protocol/video-capability.ts';
import type { Compositor } from '../compositor/compositor.ts';
import type { Output } from '../compositor/output/output.ts';
import { LinkEstimate } from '../encode/adaptation/link-estimate.ts';
import type { CanvasShelf } from '../encode/canvas-shelf.ts';
import { OutputStream, type TakenFrame } from '../encode/output-stream.ts';
import type { VideoChoice } from './config/session-config.ts';
import { CursorSender } from './cursor-sender.ts';
import { FirstFrame } from './first-frame.ts';
import { InputSink } from './input-sink.ts';
import { StepRules } from './step-rules.ts';
import type { Decoded, LatencyTrace } from './trace/latency-trace.ts';

/** A frame of noise, three bytes per pixel and its head, must fit a unit of the display channel. */
const MAX_PICTURE_PX = Math.floor((displayMaxUnitBytes - (1 << 20)) / 3);
/** Each pixel costs memory here and there. */
const MAX_TOTAL_PX = 1 << 26;
/** More than this on its way to the broker means that frames would queue. */
const MAX_UNSENT_BYTES = 1 << 20;

/** The terminal that shows this session: its screens, its input, and the frames and cursors it is sent. */
export class AttachedTerminal {
  readonly link: Link;
  readonly #control: LinkStream;
  readonly #compositor: Compositor;
  readonly #canvases: CanvasShelf;
  readonly #log: Logger;
  readonly #view: number;
  readonly #ownKeyboard: boolean;
  readonly #video: boolean;
  readonly #chromaDetail: boolean;
  readonly #tiles: number;
  readonly #fine: boolean;
  readonly #graded: boolean;
  readonly #input: InputSink;
  readonly #trace: LatencyTrace;
  readonly #takesSteps: boolean;
  readonly #steps: StepRules;
  readonly #streams = new Map<number, OutputStream>();
  readonly #nextFrames = new Map<number, number>();
  readonly #estimate: LinkEstimate;
  readonly #release: (() => void)[] = [];
  #displayOpen = false;
  #inputOpen = false;
  #ended = false;
  #leds = 0;
  /** Null once the first frame was sent. */
  #way: FirstFrame | null;

  /**
   * @param canvases outlives this terminal
   * @param ownKeyboard the session has a layout of its own: the terminal's does not count
   * @param films whether films may be sent as video, to a terminal that decodes it
   * @param trace of the session, which outlives this terminal
   */
  constructor(
    link: Link,
    control: LinkStream,
    attach: Attach,
    compositor: Compositor,
    canvases: CanvasShelf,
    log: Logger,
    ownKeyboard: boolean,
    films: VideoChoice,
    trace: LatencyTrace,
  ) {
    this.link = link;
    this.#control = control;
    this.#compositor = compositor;
    this.#canvases = canvases;
    this.#estimate = new LinkEstimate(canvases.quickLink, attach.rttUs / 1000);
    this.#log = log;
    this.#view = attach.view;
    this.#ownKeyboard = ownKeyboard;
    this.#video = films === 'auto' && decodesVideo(attach.capabilities);
    this.#chromaDetail = attach.capabilities.includes(CHROMA_DETAIL_CAPABILITY);
    this.#tiles = Math.min(MAX_TILES, findTileCapability(attach.capabilities));
    this.#fine = attach.capabilities.includes(FINE_CAPABILITY);
    this.#graded = attach.capabilities.includes(GRADED_CAPABILITY);
    this.#takesSteps = attach.capabilities.includes(STEP_CAPABILITY);
    this.#steps = new StepRules(compositor.clock);
    this.#way = new FirstFrame(log);
    this.#trace = trace;
    trace.restart();
    this.#input = new InputSink(
      ...([compositor.seat, compositor.outputs, compositor.clock, attach.view, trace] as const),
      (shown) => this.#acknowledged(shown, shown.receivedUs + shown.presentUs),
    );
    this.#release.push(compositor.scene.onDamage(() => trace.damaged()));
    this.setKeyboard(attach.keyboard);
    this.configureOutputs(attach.outputs);
    this.#way.mark('arranged');
    link.onBidi((stream) => this.#open(stream));
  }

  /** The terminal's screens; an empty list keeps the session's present ones. */
  configureOutputs(outputs: readonly OutputInfo[]): void {
    try {
      checkPictureSizes(outputs);
      if (outputs.length > 0) this.#compositor.outputs.apply(outputs);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new ProtocolError('out-of-range', 'outputs', error.message, { cause: error });
    }
    if (this.#displayOpen) this.#startStreams();
  }

  /** The layout of the terminal's keyboard; one that xkb does not know leaves the present one. */
  setKeyboard(names: KeyboardNames): void {
    if (this.#ownKeyboard) return;
    try {
      this.#compositor.seat.setKeyboardNames(names);
    } catch (error) {
      this.#log.warn({ layout: names.layout, err: error }, 'keyboard layout refused');
    }
  }

  /** Takes frames where something changed and the terminal has room. */
  tick(): void {
    for (const stream of this.#streams.values()) stream.tick();
  }

  #open(stream: LinkStream): void {
    // Of a link that goes on after its terminal was detached: nobody would take back what begins now.
    if (this.#ended) return stream.end();
    switch (stream.channel) {
      case Channel.input:
        stream.onMessage((bytes) => this.#guard(() => this.#receiveInput(bytes)));
        stream.onClose(() => {
          this.#inputOpen = false;
        });
        this.#inputOpen = true;
        return;
      case Channel.cursor:
        return this.#startCursor(stream);
      case Channel.display:
        stream.onMessage((bytes) => this.#guard(() => this.#receiveDisplay(bytes)));
        stream.onClose(() => this.#endDisplay());
        this.#displayOpen = true;
        this.#way?.mark('opened');
        return this.#startStreams();
      default:
        stream.end();
    }
  }

  #startCursor(stream: LinkStream): void {
    const sender = new CursorSender(stream, this.#view);
    sender.show(this.#compositor.cursor.current);
    this.#release.push(this.#compositor.cursor.onChange((picture) => sender.show(picture)));
  }

  /** One stream per output; one whose picture keeps its size goes on, so that its terminal needs no key frame. */
  #startStreams(): void {
    const { outputs } = this.#compositor.outputs;
    for (const [id, stream] of this.#streams) {
      if (!outputs.some((output) => stream.serves(output))) this.#stopStream(id, stream);
    }
    for (const output of outputs) {
      const stream = this.#streams.get(output.id);
      if (stream) stream.outputChanged();
      else this.#streams.set(output.id, this.#startStream(output));
    }
    this.tick();
  }

  #startStream(output: Output): OutputStream {
    return new OutputStream({
      output,
      scene: this.#compositor.scene,
      firstFrame: this.#nextFrames.get(output.id) ?? 1,
      link: this.#estimate,
      linkHasRoom: () => !this.link.closed && this.link.stats().unackedBytes < MAX_UNSENT_BYTES,
      onTaken: (changed) => this.#trace.taken(output.id, changed),
      send: (frame) => this.#send(output, frame),
      nowMs: this.#compositor.clock,
      canvases: this.#canvases,
      video: this.#video,
      chromaDetail: this.#chromaDetail,
      tiles: this.#tiles,
      fine: this.#fine,
      graded: this.#graded,
      onVideoFailure: (error) => this.#log.warn({ err: error }, 'films are sent exactly: no video'),
      onFailure: (error) => {
        throw error;
      },
    });
  }

  #send(output: Output, { frame, key, encoded, videos, widthPx, heightPx }: TakenFrame): boolean {
    if (this.link.closed || !this.#displayOpen) return false;
    const header: FrameUpdate = {
      type: 'FrameUpdate',
      frame,
      output: output.id,
      key,
      payloadCompressed: encoded.payloadCompressed,
      payloadFine: encoded.payloadFine,
      inputSequence: this.#input.sequence,
      widthPx,
      heightPx,
      checksum: encoded.checksum,
      regions: encoded.regions,
      view: this.#view,
      lossy: encoded.lossy,
      videos: videos.pictures,
    };
    this.#way?.mark('encoded');
    const open = this.#takesSteps && this.#inputOpen;
    const way = this.#steps.choose(header, encoded.payload.length, open);
    if (way.kind === 'step') this.#sendUnit(Channel.input, way.head, encoded.payload);
    else
      this.#sendUnit(
        Channel.display,
        ...encodeFrameHead(header),
        encoded.payload,
        ...videos.payloads,
      );
    if (way.kind === 'step' && way.relaxed)
      this.#streams.get(output.id)?.assumeShown(frame, this.#trace.showUs / 1000);
    this.#trace.sent(output.id, frame);
    this.#way?.tell(encoded.payload.length);
    this.#way = null;
    return true;
  }

  #sendUnit(channel: Channel, ...parts: Uint8Array[]): void {
    const unit = this.link.openUni(channel);
    unit.write(...parts);
    unit.end();
  }

  #acknowledged(shown: Decoded, presentedUs: number): void {
    const { output, frame, receivedUs } = shown;
    this.#trace.acknowledged(shown, presentedUs);
    this.#steps.acknowledged(output, frame);
    this.#streams.get(output)?.acknowledged(frame, receivedUs / 1000);
    // What it frees may be what another output waits for.
    for (const [id, stream] of this.#streams) if (id !== output) stream.tick();
  }

  #receiveDisplay(bytes: Uint8Array): void {
    const message = decodeDisplay(bytes);
    if (message.type === 'unknown' || message.type === 'FrameUpdate') return;
    // What the terminal said of what it was shown before.
    if (message.view !== this.#view) return;
    if (message.type === 'FrameAck') this.#acknowledged(message, message.presentedUs);
    if (message.type === 'KeyFrameRequest') {
      this.#log.info(
        { output: message.output, reason: message.reason },
        'terminal asks for a key frame',
      );
      this.#streams.get(message.output)?.requestKeyFrame();
    }
  }

  #receiveInput(bytes: Uint8Array): void {
    this.#input.receive(bytes);
    const { leds } = this.#compositor.seat;
    if (leds === this.#leds) return;
    this.#leds = leds;
    this.#control.send(encodeControl({ type: 'Leds', mask: leds }));
  }

  /** What came from the terminal is not trusted: a violation ends its link, not the session. */
  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#log.warn({ reason: error.message }, 'protocol error');
      this.link.close(ByeCode.protocol, error.message);
    }
  }

  /** Without the channel no frame can be sent. */
  #endDisplay(): void {
    this.#displayOpen = false;
    for (const [id, stream] of [...this.#streams]) this.#stopStream(id, stream);
  }

  #stopStream(id: number, stream: OutputStream): void {
    this.#nextFrames.set(id, stream.nextFrame);
    this.#streams.delete(id);
    stream[Symbol.dispose]();
  }

  /** The terminal is gone: nothing it held down stays down. */
  [Symbol.dispose](): void {
    this.#ended = true;
    this.#endDisplay();
    this.#canvases.quickLink = this.#estimate.isQuick;
    for (const release of this.#release) release();
    this.#compositor.seat.releaseAll();
  }
}

/** The encoder makes streams of 4:2:0 up to a size that it does not make smaller for a terminal. */
function decodesVideo(capabilities: readonly string[]): boolean {
  const video = findVideoCapability(capabilities);
  return (
    video !== null &&
    video.maxWidthPx >= MAX_VIDEO_WIDTH &&
    video.maxHeightPx >= MAX_VIDEO_HEIGHT &&
    video.streams >= VIDEO_STREAMS
  );
}

/** @throws RangeError naming the output */
function checkPictureSizes(outputs: readonly OutputInfo[]): void {
  let total = 0;
  for (const { id, widthPx, heightPx } of outputs) {
    const pixels = widthPx * heightPx;
    total += pixels;
    if (pixels > MAX_PICTURE_PX)
      throw new RangeError(
        `output ${id}: ${widthPx}x${heightPx} is more than ${MAX_PICTURE_PX} pixels`,
      );
  }
  if (total > MAX_TOTAL_PX)
    throw new RangeError(`outputs of ${total} pixels, more than ${MAX_TOTAL_PX}`);
}
