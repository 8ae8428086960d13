import { XdgToplevelState } from '../../../protocol/wayland/generated/xdg-shell.ts';
import { sameEdges, sameSize } from '../../wm/geometry.ts';
import type { WindowProposal } from '../../wm/policy.ts';

/** The states of an xdg_toplevel.configure, as far as this version of the protocol has them. */
export function toplevelStates(proposal: WindowProposal, version: number): Uint32Array {
  const states: number[] = [];
  const add = (on: boolean, state: number, since: number) => {
    if (on && version >= since) states.push(state);
  };
  add(proposal.maximized, XdgToplevelState.maximized, 1);
  add(proposal.fullscreen, XdgToplevelState.fullscreen, 1);
  add(proposal.resizing, XdgToplevelState.resizing, 1);
  add(proposal.activated, XdgToplevelState.activated, 1);
  add(proposal.tiled.left, XdgToplevelState.tiledLeft, 2);
  add(proposal.tiled.right, XdgToplevelState.tiledRight, 2);
  add(proposal.tiled.top, XdgToplevelState.tiledTop, 2);
  add(proposal.tiled.bottom, XdgToplevelState.tiledBottom, 2);
  add(proposal.suspended, XdgToplevelState.suspended, 6);
  return Uint32Array.from(states);
}

/** Whether two proposals tell a client the same. */
export function sameProposal(a: WindowProposal, b: WindowProposal): boolean {
  return (
    sameSize(a.size, b.size) &&
    sameSize(a.bounds, b.bounds) &&
    sameEdges(a.tiled, b.tiled) &&
    a.maximized === b.maximized &&
    a.fullscreen === b.fullscreen &&
    a.resizing === b.resizing &&
    a.activated === b.activated &&
    a.suspended === b.suspended &&
    a.decoration === b.decoration
  );
}
