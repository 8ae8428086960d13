import {
  type WlOutput,
  WlOutputMode,
  WlOutputSubpixel,
} from '../../../protocol/wayland/generated/wayland.ts';
import type { ZxdgOutputV1 } from '../../../protocol/wayland/generated/xdg-output.ts';
import type { Output } from './output.ts';

/** From this version on wl_output.done ends what xdg_output tells. */
const DONE_BY_WL_OUTPUT_SINCE = 3;

export function describe(output: Output): string {
  const { make, model, name } = output.config;
  const screen = `${make} ${model}`.trim();
  return screen === '' ? name : `${screen} (${name})`;
}

/** Everything that wl_output tells, without its done. */
export function sendOutput(resource: WlOutput, output: Output): void {
  const { config, logical } = output;
  resource.sendGeometry(
    Math.round(logical.x),
    Math.round(logical.y),
    config.widthMm,
    config.heightMm,
    WlOutputSubpixel.unknown,
    config.make,
    config.model,
    config.transform,
  );
  const flags = WlOutputMode.current | WlOutputMode.preferred;
  resource.sendMode(flags, config.widthPx, config.heightPx, output.refreshMhz);
  resource.sendScale(Math.ceil(output.scale));
  resource.sendName(config.name);
  resource.sendDescription(describe(output));
}

/** `first`: name and description are told once; later changes end with the wl_output's own done. */
export function sendXdgOutput(
  resource: ZxdgOutputV1,
  wlOutput: WlOutput,
  output: Output,
  first: boolean,
): void {
  const { logical } = output;
  resource.sendLogicalPosition(Math.round(logical.x), Math.round(logical.y));
  resource.sendLogicalSize(logical.width, logical.height);
  if (first) {
    resource.sendName(output.name);
    resource.sendDescription(describe(output));
  }
  if (resource.version < DONE_BY_WL_OUTPUT_SINCE) resource.sendDone();
  else if (first) wlOutput.sendDone();
}
