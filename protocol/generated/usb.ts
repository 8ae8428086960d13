// Generated from the schema of channel usb by protocol/tools/codec.ts. Do not edit.
import { type Reader, reader, type UnknownMessage } from '../codec/reader.ts';
import { slab } from '../codec/slab.ts';
import { putBlob, putString, putU8, putUint } from '../codec/write.ts';

export const usbMaxMessageBytes = 262400;

export const usbMaxUnitBytes = 0;

/** A device was plugged in. */
export interface UsbDevice {
  readonly type: 'UsbDevice';
  /** chosen by the terminal */
  readonly device: number;
  /** idVendor */
  readonly vendorId: number;
  /** idProduct */
  readonly productId: number;
  /** bDeviceClass */
  readonly deviceClass: number;
  /** as in usb_redir_device_connect */
  readonly speed: number;
  /** maker and product, for people */
  readonly name: string;
  /** serial number, may be empty */
  readonly serial: string;
}

/** A device was unplugged. */
export interface UsbRemoved {
  readonly type: 'UsbRemoved';
  /** chosen by the terminal */
  readonly device: number;
}

/** usbredir bytes of a device, in order. */
export interface UsbData {
  readonly type: 'UsbData';
  /** chosen by the terminal */
  readonly device: number;
  /** part of the usbredir stream */
  readonly data: Uint8Array;
}

export type UsbMessage =
  | UsbDevice
  | UsbRemoved
  | UsbData;

/** First byte of each message. */
export const UsbMessageId = {
  UsbDevice: 1,
  UsbRemoved: 2,
  UsbData: 3,
} as const;

/** The bytes are the caller's to keep and never change. Throws ProtocolError for a value that does not fit its field. */
export function encodeUsb(message: UsbMessage): Uint8Array {
  switch (message.type) {
    case 'UsbDevice':
      slab.reserve(boundUsbDevice(message));
      return slab.take(writeUsbDevice(slab.bytes, slab.at, message));
    case 'UsbRemoved':
      slab.reserve(boundUsbRemoved(message));
      return slab.take(writeUsbRemoved(slab.bytes, slab.at, message));
    case 'UsbData':
      slab.reserve(boundUsbData(message));
      return slab.take(writeUsbData(slab.bytes, slab.at, message));
  }
}

/** Blobs are views into `bytes`. Throws nothing but ProtocolError. */
export function decodeUsb(bytes: Uint8Array): UsbMessage | UnknownMessage {
  reader.start(bytes);
  try {
    const id = reader.u8('UsbMessage');
    switch (id) {
      case 1:
        return readUsbDevice(reader);
      case 2:
        return readUsbRemoved(reader);
      case 3:
        return readUsbData(reader);
      default:
        return { type: 'unknown', id };
    }
  } finally {
    reader.finish();
  }
}

function boundUsbDevice(m: UsbDevice): number {
  return 31 + m.name.length * 3 + m.serial.length * 3;
}

function writeUsbDevice(out: Uint8Array, from: number, m: UsbDevice): number {
  out[from] = 1;
  let at = from + 1;
  at = putUint(out, at, m.device, 'UsbDevice.device');
  at = putUint(out, at, m.vendorId, 'UsbDevice.vendorId');
  at = putUint(out, at, m.productId, 'UsbDevice.productId');
  at = putU8(out, at, m.deviceClass, 'UsbDevice.deviceClass');
  at = putU8(out, at, m.speed, 'UsbDevice.speed');
  at = putString(out, at, m.name, 128, 'UsbDevice.name');
  at = putString(out, at, m.serial, 128, 'UsbDevice.serial');
  return at;
}

function readUsbDevice(r: Reader): UsbDevice {
  return { type: 'UsbDevice', device: r.uint('UsbDevice.device'), vendorId: r.uint('UsbDevice.vendorId'), productId: r.uint('UsbDevice.productId'), deviceClass: r.u8('UsbDevice.deviceClass'), speed: r.u8('UsbDevice.speed'), name: r.string(128, 'UsbDevice.name'), serial: r.string(128, 'UsbDevice.serial') };
}

function boundUsbRemoved(_m: UsbRemoved): number {
  return 9;
}

function writeUsbRemoved(out: Uint8Array, from: number, m: UsbRemoved): number {
  out[from] = 2;
  let at = from + 1;
  at = putUint(out, at, m.device, 'UsbRemoved.device');
  return at;
}

function readUsbRemoved(r: Reader): UsbRemoved {
  return { type: 'UsbRemoved', device: r.uint('UsbRemoved.device') };
}

function boundUsbData(m: UsbData): number {
  return 14 + m.data.length;
}

function writeUsbData(out: Uint8Array, from: number, m: UsbData): number {
  out[from] = 3;
  let at = from + 1;
  at = putUint(out, at, m.device, 'UsbData.device');
  at = putBlob(out, at, m.data, 262144, 'UsbData.data');
  return at;
}

function readUsbData(r: Reader): UsbData {
  return { type: 'UsbData', device: r.uint('UsbData.device'), data: r.blob(262144, 'UsbData.data') };
}
