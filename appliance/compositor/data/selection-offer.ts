import { closeSync } from 'node:fs';
import { type WlDataOffer, WlDataOfferError } from '../../../protocol/wayland/generated/wayland.ts';
import type { TransferSource } from './transfer-source.ts';

/** Hands a request for data on to the source, unless that is gone or never offered the type. */
export function receiveFrom(
  source: TransferSource,
  isCurrent: boolean,
  mimeType: string,
  fd: number,
): void {
  if (isCurrent && source.mimeTypes.has(mimeType)) source.send(mimeType, fd);
  else closeSync(fd);
}

/** A wl_data_offer of the clipboard. */
export function offerSelection(
  offer: WlDataOffer,
  source: TransferSource,
  isCurrent: () => boolean,
): void {
  offer.setHandler({
    accept: () => {},
    receive: (mimeType, fd) => receiveFrom(source, isCurrent(), mimeType, fd),
    finish: () =>
      offer.postError(WlDataOfferError.invalidFinish, 'finish is for drag and drop offers'),
    setActions: () =>
      offer.postError(WlDataOfferError.invalidOffer, 'actions are for drag and drop offers'),
  });
}
