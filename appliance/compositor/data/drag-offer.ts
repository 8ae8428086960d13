import { closeSync } from 'node:fs';
import {
  WlDataDeviceManagerDndAction as Action,
  type WlDataOffer,
  WlDataOfferError,
} from '../../../protocol/wayland/generated/wayland.ts';
import type { DataSource } from './data-source.ts';
import { agreeOnAction, isActionMask, isPreferredAction } from './dnd-actions.ts';

/** Actions came with version 3; whoever is older copies. */
const ACTIONS_SINCE = 3;

/** hovering: over the target. dropped: the target fetches the data. over: finished, abandoned or the source is gone. */
type Phase = 'hovering' | 'dropped' | 'over';

/** What a target is told about the thing that is dragged over it, and what it answers. */
export class DragOffer {
  readonly resource: WlDataOffer;
  readonly #source: DataSource;
  #phase: Phase = 'hovering';
  #accepted = false;
  #targetActions: number;
  #preferred: number;
  #action: number = Action.none;
  readonly #unwatch: () => void;

  constructor(resource: WlDataOffer, source: DataSource) {
    this.resource = resource;
    this.#source = source;
    const old = resource.version < ACTIONS_SINCE;
    this.#targetActions = old ? Action.copy : Action.none;
    this.#preferred = this.#targetActions;
    this.#unwatch = source.onDestroy(() => {
      this.#phase = 'over';
    });
    resource.onDestroy(() => this.#destroyed());
    resource.setHandler({
      accept: (_serial, mimeType) => this.#accept(mimeType),
      receive: (mimeType, fd) => this.#receive(mimeType, fd),
      finish: () => this.#finish(),
      setActions: (actions, preferred) => this.#setActions(actions, preferred),
    });
  }

  /** After the device's data_offer: types and actions. */
  describe(): void {
    for (const type of this.#source.mimeTypes) this.resource.sendOffer(type);
    this.resource.sendSourceActions(this.#sourceActions);
    if (this.resource.version < ACTIONS_SINCE) this.#agree();
  }

  /** Whether letting go now does something. */
  get droppable(): boolean {
    return this.#phase === 'hovering' && this.#accepted && this.#action !== Action.none;
  }

  drop(): void {
    this.#phase = 'dropped';
  }

  /** The pointer went elsewhere: what the target still says is not heard. */
  leave(): void {
    this.#phase = 'over';
    this.#unwatch();
  }

  get #sourceActions(): number {
    const { actions, resource } = this.#source;
    return resource.version < ACTIONS_SINCE ? Action.copy : (actions ?? Action.none);
  }

  #accept(mimeType: string | null): void {
    if (this.#phase !== 'hovering') return;
    const known = mimeType !== null && this.#source.mimeTypes.has(mimeType);
    this.#accepted = known;
    this.#source.resource.sendTarget(known ? mimeType : null);
  }

  #receive(mimeType: string, fd: number): void {
    if (this.#phase !== 'over' && this.#source.mimeTypes.has(mimeType)) {
      this.#source.send(mimeType, fd);
    } else {
      closeSync(fd);
    }
  }

  #setActions(actions: number, preferred: number): void {
    const { resource } = this;
    if (!isActionMask(actions)) {
      resource.postError(WlDataOfferError.invalidActionMask, `no actions ${actions}`);
      return;
    }
    if (!isPreferredAction(preferred, actions)) {
      resource.postError(WlDataOfferError.invalidAction, `no preferred action ${preferred}`);
      return;
    }
    const answering = this.#phase === 'dropped' && this.#action === Action.ask;
    if (this.#phase !== 'hovering' && !answering) return;
    this.#targetActions = actions;
    this.#preferred = preferred;
    this.#agree();
  }

  #agree(): void {
    const action = agreeOnAction(this.#sourceActions, this.#targetActions, this.#preferred);
    if (action === this.#action) return;
    this.#action = action;
    this.resource.sendAction(action);
    this.#source.resource.sendAction(action);
  }

  #finish(): void {
    if (this.#phase === 'over') return;
    const settled = this.#accepted && this.#action !== Action.none && this.#action !== Action.ask;
    if (this.#phase === 'hovering' || !settled) {
      this.resource.postError(WlDataOfferError.invalidFinish, 'there is nothing to finish');
      return;
    }
    this.#end(true);
  }

  /** Versions without finish say it by destroying the offer. */
  #destroyed(): void {
    if (this.#phase === 'dropped') this.#end(this.resource.version < ACTIONS_SINCE);
    this.leave();
  }

  #end(success: boolean): void {
    this.leave();
    if (!success) this.#source.abandon();
    else this.#source.resource.sendDndFinished();
  }
}
