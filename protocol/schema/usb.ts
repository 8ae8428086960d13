import { blob, type ChannelSchema, field, message, string, u8, uint } from './types.ts';

const device = field('device', uint, 'chosen by the terminal');

export const usb: ChannelSchema = {
  name: 'usb',
  id: 5,
  doc: 'USB devices of the terminal, forwarded as usbredir.',
  maxMessageBytes: 262_144 + 256,
  maxUnitBytes: 0,
  messages: [
    message(1, 'UsbDevice', 'A device was plugged in.', [
      device,
      field('vendorId', uint, 'idVendor'),
      field('productId', uint, 'idProduct'),
      field('deviceClass', u8, 'bDeviceClass'),
      field('speed', u8, 'as in usb_redir_device_connect'),
      field('name', string(128), 'maker and product, for people'),
      field('serial', string(128), 'serial number, may be empty'),
    ]),
    message(2, 'UsbRemoved', 'A device was unplugged.', [device]),
    message(3, 'UsbData', 'usbredir bytes of a device, in order.', [
      device,
      field('data', blob(262_144), 'part of the usbredir stream'),
    ]),
  ],
};
