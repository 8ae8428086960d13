import type { OutputInfo } from '../../protocol/generated/control.ts';

export interface OutputFacts {
  readonly id: number;
  readonly name: string;
  readonly make?: string;
  readonly model?: string;
  /** Of the picture, in the order of its memory: what a turned screen shows upright has the sides changed over. */
  readonly width: number;
  readonly height: number;
  /** 0: unknown */
  readonly widthMm?: number;
  readonly heightMm?: number;
  readonly scale?: number;
  readonly refreshHz?: number;
  /** wl_output.transform */
  readonly transform?: number;
}

const NAME_MAX = 64;

/** A screen as the server is told of it, at 0,0. */
export function outputInfo(facts: OutputFacts): OutputInfo {
  const { id, name, width, height, make = 'WayRay', model = 'wrclient' } = facts;
  const { scale = 1, refreshHz = 60, transform = 0, widthMm = 0, heightMm = 0 } = facts;
  return {
    id,
    name: name.slice(0, NAME_MAX),
    make: make.slice(0, NAME_MAX),
    model: model.slice(0, NAME_MAX),
    widthPx: width,
    heightPx: height,
    widthMm,
    heightMm,
    scale120: Math.round(scale * 120),
    refreshMhz: Math.round(refreshHz * 1000),
    x: 0,
    y: 0,
    transform,
  };
}

export interface NamedOutput {
  /** Connector. */
  readonly name: string;
  readonly make: string;
  readonly model: string;
}

/** @param match a connector, or maker and model */
export function isMatch({ name, make, model }: NamedOutput, match: string): boolean {
  return match === name || (make !== '' && match === `${make} ${model}`);
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What a person sees of it, in pixels. */
export function uprightSize({ widthPx, heightPx, transform }: OutputInfo): Size {
  return transform & 1
    ? { width: heightPx, height: widthPx }
    : { width: widthPx, height: heightPx };
}

/** What it takes of the layout, as the session counts. */
export function logicalSize(output: OutputInfo): Size {
  const { width, height } = uprightSize(output);
  const scale = output.scale120 / 120;
  return {
    width: Math.max(1, Math.round(width / scale)),
    height: Math.max(1, Math.round(height / scale)),
  };
}
