import {
  type WlDataDevice,
  WlDataDeviceError,
  type WlDataDeviceManager,
  type WlDataDeviceRequests,
  type WlSurface,
  wlDataDeviceManager,
  wlDataOffer,
} from '../../../protocol/wayland/generated/wayland.ts';
import { Surface } from '../surface/surface.ts';
import { audienceOf } from './audience.ts';
import { DataSource } from './data-source.ts';
import { DragIcon } from './drag-icon.ts';
import { DragStarter } from './drag-starter.ts';
import type { DataHost } from './host.ts';
import { OfferMaker } from './offers.ts';
import { offerSelection } from './selection-offer.ts';
import { SelectionTeller } from './selection-teller.ts';
import type { TransferSource } from './transfer-source.ts';

const VERSION = 3;

/** Offers wl_data_device_manager 3: the clipboard, drag and drop. */
export function exposeDataDevices(host: DataHost): void {
  const { display, selections } = host;
  const slot = selections.clipboard;
  const offers = new OfferMaker();
  const tell = (device: WlDataDevice, source: TransferSource | null) => {
    if (!source) {
      device.sendSelection(null);
      return;
    }
    const offer = offers.create(device, wlDataOffer);
    if (!offer) return;
    offerSelection(offer, source, () => slot.source === source);
    device.sendDataOffer(offer);
    for (const type of source.mimeTypes) offer.sendOffer(type);
    device.sendSelection(offer);
  };
  const teller = new SelectionTeller<WlDataDevice>(slot, audienceOf(host.seat), { tell }, false);
  const drags = new DragStarter(host, teller.devices, offers);
  display.createGlobal(wlDataDeviceManager, VERSION, (manager: WlDataDeviceManager) => {
    manager.setHandler({
      createDataSource: (id) => {
        new DataSource(id);
      },
      getDataDevice: (device) => {
        device.setHandler(deviceRequests(host, device, drags));
        teller.bind(device);
      },
    });
  });
}

function deviceRequests(
  host: DataHost,
  device: WlDataDevice,
  drags: DragStarter,
): WlDataDeviceRequests {
  return {
    setSelection(sourceResource, serial) {
      const source = sourceResource && DataSource.from(sourceResource);
      if (source && !source.use('selection')) return;
      const granted = host.selections.clipboard.request(source, serial, host.display.nextSerial());
      if (!granted) source?.cancel();
    },
    startDrag(sourceResource, origin, iconSurface, serial) {
      const source = sourceResource && DataSource.from(sourceResource);
      const icon = iconSurface && takeIcon(host, device, iconSurface);
      if (iconSurface && !icon) return;
      const started = drags.start(source, Surface.from(origin), icon, serial);
      if (started) return;
      icon?.hide();
      source?.abandon();
    },
  };
}

/** null where the surface is something else already, which was posted. */
function takeIcon(host: DataHost, device: WlDataDevice, resource: WlSurface): DragIcon | null {
  const surface = Surface.from(resource);
  const icon = new DragIcon(surface, host.scene);
  const conflict = { resource: device, code: WlDataDeviceError.role };
  return surface.assignRole(icon, conflict) ? icon : null;
}
