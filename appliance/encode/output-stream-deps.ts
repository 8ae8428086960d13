import type { EncodedFrame } from '../../native/pixels/index.ts';
import type { Output } from '../compositor/output/output.ts';
import type { Scene } from '../compositor/scene/scene.ts';
import type { LinkEstimate } from './adaptation/link-estimate.ts';
import type { CanvasShelf } from './canvas-shelf.ts';
import type { EncodedVideos } from './video/video-streams.ts';

export interface TakenFrame {
  readonly frame: number;
  readonly key: boolean;
  readonly encoded: EncodedFrame;
  readonly videos: EncodedVideos;
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface OutputStreamDeps {
  readonly output: Output;
  readonly scene: Scene;
  /** The way to the terminal, which its outputs share; without one the stream measures its own. */
  readonly link?: LinkEstimate;
  /** False while the link cannot take a frame without queueing it. */
  readonly linkHasRoom: () => boolean;
  /** A frame is about to be made. @param changed it shows a change, not only what was left for later */
  readonly onTaken?: (changed: boolean) => void;
  /** @returns false when the frame cannot be delivered any more */
  readonly send: (frame: TakenFrame) => boolean;
  /** Frames of an output count on when its stream is made anew. */
  readonly firstFrame: number;
  readonly nowMs: () => number;
  /** Where the stream's canvas comes from and goes in the end; without one it is the stream's alone. */
  readonly canvases?: CanvasShelf;
  /** The terminal decodes video, and films may become it. */
  readonly video?: boolean;
  /** The terminal reads the chroma that 4:2:0 loses. */
  readonly chromaDetail?: boolean;
  /** The terminal keeps that many tiles for this output. */
  readonly tiles?: number;
  /** The terminal reads fine payloads. */
  readonly fine?: boolean;
  /** The terminal reads graded regions. */
  readonly graded?: boolean;
  /** Video is given up for this stream: its encoder is missing or failed. */
  readonly onVideoFailure?: (error: unknown) => void;
  readonly onFailure: (error: unknown) => void;
}
