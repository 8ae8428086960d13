import { closeSync } from 'node:fs';
import {
  type ZwpPrimarySelectionDeviceManagerV1,
  type ZwpPrimarySelectionDeviceV1,
  type ZwpPrimarySelectionSourceV1,
  zwpPrimarySelectionDeviceManagerV1,
  zwpPrimarySelectionOfferV1,
} from '../../../protocol/wayland/generated/primary-selection.ts';
import type { WaylandClient } from '../../../protocol/wayland/types.ts';
import { Listeners } from '../surface/listeners.ts';
import { audienceOf } from './audience.ts';
import type { DataHost } from './host.ts';
import { MimeTypes } from './mime-types.ts';
import { OfferMaker } from './offers.ts';
import { receiveFrom } from './selection-offer.ts';
import { SelectionTeller } from './selection-teller.ts';
import type { TransferSource } from './transfer-source.ts';

class PrimarySource implements TransferSource {
  readonly client: WaylandClient;
  readonly mimeTypes = new MimeTypes();
  readonly #resource: ZwpPrimarySelectionSourceV1;
  readonly #ended = new Listeners();

  constructor(resource: ZwpPrimarySelectionSourceV1) {
    this.#resource = resource;
    this.client = resource.client;
    resource.data = this;
    resource.onDestroy(() => this.#ended.call());
    resource.setHandler({ offer: (mimeType) => this.mimeTypes.add(mimeType) });
  }

  static from(resource: ZwpPrimarySelectionSourceV1): PrimarySource {
    if (resource.data instanceof PrimarySource) return resource.data;
    throw new TypeError('not a primary selection source of this compositor');
  }

  onDestroy(callback: () => void): () => void {
    return this.#ended.add(callback);
  }

  send(mimeType: string, fd: number): void {
    try {
      this.#resource.sendSend(mimeType, fd);
    } finally {
      closeSync(fd);
    }
  }

  cancel(): void {
    this.#resource.sendCancelled();
  }
}

/** Offers zwp_primary_selection_device_manager_v1: what was marked last, pasted with the middle button. */
export function exposePrimarySelection(host: DataHost): void {
  const { display, selections } = host;
  const slot = selections.primary;
  const offers = new OfferMaker();
  const tell = (device: ZwpPrimarySelectionDeviceV1, source: TransferSource | null) => {
    if (!source) {
      device.sendSelection(null);
      return;
    }
    const offer = offers.create(device, zwpPrimarySelectionOfferV1);
    if (!offer) return;
    offer.setHandler({
      receive: (mimeType, fd) => receiveFrom(source, slot.source === source, mimeType, fd),
    });
    device.sendDataOffer(offer);
    for (const type of source.mimeTypes) offer.sendOffer(type);
    device.sendSelection(offer);
  };
  const audience = audienceOf(host.seat);
  const teller = new SelectionTeller<ZwpPrimarySelectionDeviceV1>(slot, audience, { tell }, true);
  display.createGlobal(
    zwpPrimarySelectionDeviceManagerV1,
    1,
    (manager: ZwpPrimarySelectionDeviceManagerV1) => {
      manager.setHandler({
        createSource: (id) => {
          new PrimarySource(id);
        },
        getDevice: (device) => {
          device.setHandler({
            setSelection(resource, serial) {
              const source = resource && PrimarySource.from(resource);
              if (!slot.request(source, serial, display.nextSerial())) source?.cancel();
            },
          });
          teller.bind(device);
        },
      });
    },
  );
}
