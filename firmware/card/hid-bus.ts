/** A HID device that is plugged in; one entry for each of its interfaces. */
export interface HidDevice {
  /** Of the device node, e.g. /dev/hidraw0. */
  readonly path: string;
  /** As the device says; may be empty. */
  readonly name: string;
  readonly usagePage: number;
}

export interface HidListener {
  /** Reports in the order in which they came. */
  report(bytes: Uint8Array): void;
  /** It was unplugged or does not work any more; nothing follows. */
  lost(reason: string): void;
}

/** An open device. */
export interface HidPort {
  listen(listener: HidListener): void;
  /** Sends a feature report and reads the one with the same number. @returns it with its number in front. @throws Error */
  ask(reportId: number, bytes: Uint8Array): Promise<Uint8Array>;
  /** No event follows. */
  [Symbol.dispose](): void;
}

/** Where HID devices come and go. */
export interface HidBus {
  /** @throws Error */
  devices(vendorId: number, productId: number): Promise<readonly HidDevice[]>;
  /** @throws Error, e.g. when its user may not open it */
  open(path: string): Promise<HidPort>;
}

/** All HID devices of this machine, through hidraw. @throws Error when node-hid is not installed */
export async function openHidBus(): Promise<HidBus> {
  const { default: hid } = await import('node-hid');
  hid.setDriverType('hidraw');
  return {
    async devices(vendorId, productId) {
      const found = await hid.devicesAsync(vendorId, productId);
      return found.flatMap(({ path, product, usagePage }) =>
        path === undefined ? [] : [{ path, name: product ?? '', usagePage: usagePage ?? 0 }],
      );
    },
    async open(path) {
      return portOf(await hid.HIDAsync.open(path));
    },
  };
}

type NodeHidDevice = Awaited<ReturnType<typeof import('node-hid').HIDAsync.open>>;

function portOf(device: NodeHidDevice): HidPort {
  let ended = false;
  return {
    listen({ report, lost }) {
      device.on('data', (bytes: Buffer) => ended || report(bytes));
      device.on('error', (error: unknown) => {
        if (ended) return;
        ended = true;
        lost(String(error));
      });
    },
    async ask(reportId, bytes) {
      await device.sendFeatureReport(Buffer.from([reportId, ...bytes]));
      return device.getFeatureReport(reportId, bytes.length + 1);
    },
    [Symbol.dispose]() {
      ended = true;
      // It may be gone already.
      device.close().catch(() => undefined);
    },
  };
}
