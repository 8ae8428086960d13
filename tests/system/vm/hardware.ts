import type { VmImage } from '../../../images/vm/build.ts';

const KERNEL_LINE = 'console=ttyS0 quiet panic=-1 mitigations=off';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A kernel and its root at once, or a disk as it would be flashed, through its own boot loader. */
export type Boot =
  | { readonly kind: 'kernel'; readonly image: VmImage; readonly words?: string }
  | { readonly kind: 'disk'; readonly file: string; readonly firmware: Firmware };

/** The last one is that of another processor. */
export type Firmware = 'bios' | 'uefi' | 'uefi-arm64';

export interface Hardware {
  readonly boot: Boot;
  readonly size?: Size;
  readonly outputs?: number;
  readonly memoryMb?: number;
  /** The disk's place among those that the firmware tries. */
  readonly bootIndex?: number;
  /** Disk for what the terminal keeps; it is written to. */
  readonly stateDisk?: string;
  /** Socket of a virtual card's host side, for the USB card reader. */
  readonly cardSocket?: string;
  /** More words of QEMU's. */
  readonly extra?: readonly string[];
}

/** Names by which devices are plugged and unplugged. */
export const KEYBOARD = { driver: 'usb-kbd', id: 'keyboard0', bus: 'usb0.0' } as const;
export const NETWORK = 'net0';
export const VIDEO = 'video0';
export const CONSOLE = 'console0';

export const OVMF = '/usr/share/ovmf/OVMF.fd';
const FIRMWARE: Readonly<Record<Firmware, readonly string[]>> = {
  bios: [],
  uefi: ['-bios', OVMF],
  'uefi-arm64': ['-bios', '/usr/share/qemu-efi-aarch64/QEMU_EFI.fd'],
};

const PC = {
  program: 'qemu-system-x86_64',
  machine: ['-M', 'pc,i8042=off', '-cpu', 'max'],
  video: 'virtio-vga',
};
/** `-cpu max` would spend its time on signed pointers. */
const ARM64 = {
  program: 'qemu-system-aarch64',
  machine: ['-M', 'virt', '-cpu', 'cortex-a72'],
  video: 'virtio-gpu-pci',
};

const kindOf = ({ boot }: Hardware) =>
  boot.kind === 'disk' && boot.firmware === 'uefi-arm64' ? ARM64 : PC;

export const qemuProgram = (hardware: Hardware): string => kindOf(hardware).program;

/** Words of QEMU's command line. @param sockets folder for qmp.sock and vnc.sock */
export function qemuArguments(hardware: Hardware, sockets: string): string[] {
  const { boot, size = { width: 1280, height: 720 }, outputs = 1, memoryMb = 1024 } = hardware;
  const { machine, video } = kindOf(hardware);
  return [
    ...['-accel', 'tcg,thread=multi', '-smp', '2', '-m', String(memoryMb)],
    ...[...machine, '-nodefaults', '-no-user-config', '-no-reboot'],
    ...['-chardev', `stdio,id=${CONSOLE},signal=off`, '-serial', `chardev:${CONSOLE}`],
    ...bootArguments(boot, hardware.bootIndex),
    ...(hardware.stateDisk ? disk(hardware.stateDisk) : []),
    '-device',
    `${video},id=${VIDEO},xres=${size.width},yres=${size.height},max_outputs=${outputs}`,
    ...['-device', 'qemu-xhci,id=usb0', '-device', JSON.stringify(KEYBOARD)],
    ...['-device', 'usb-mouse,bus=usb0.0', '-device', 'virtio-tablet-pci'],
    ...cardArguments(hardware.cardSocket),
    ...(hardware.extra ?? []),
    ...['-netdev', 'user,id=n0', '-device', `virtio-net-pci,netdev=n0,id=${NETWORK}`],
    ...['-vnc', `unix:${sockets}/vnc.sock`, '-qmp', `unix:${sockets}/qmp.sock,server=on,wait=off`],
    // What the guest does with its cursor and its keyboard's lights is nowhere else to be seen.
    ...['-trace', 'enable=virtio_gpu_update_cursor', '-trace', 'enable=vnc_key_guest_leds'],
  ];
}

function bootArguments(boot: Boot, bootIndex?: number): string[] {
  if (boot.kind === 'disk') {
    if (bootIndex !== undefined) {
      const device = ['-device', `virtio-blk-pci,drive=boot,bootindex=${bootIndex}`];
      const drive = ['-drive', `if=none,id=boot,file=${boot.file},format=raw`];
      return [...FIRMWARE[boot.firmware], ...drive, ...device];
    }
    return [...FIRMWARE[boot.firmware], ...disk(boot.file)];
  }
  const { image, words = '' } = boot;
  return [
    ...['-kernel', image.vmlinux, '-initrd', image.initramfs],
    ...['-append', `${KERNEL_LINE} ${words}`.trim()],
    ...['-drive', `file=${image.root},format=raw,if=virtio,readonly=on`],
  ];
}

const disk = (file: string): string[] => ['-drive', `file=${file},format=raw,if=virtio`];

function cardArguments(socket: string | undefined): string[] {
  const reader = ['-device', 'usb-ccid,id=ccid0,bus=usb0.0'];
  if (!socket) return reader;
  const card = ['-chardev', `socket,id=card0,path=${socket}`];
  return [...reader, ...card, '-device', 'ccid-card-passthru,chardev=card0,bus=ccid0.0'];
}
