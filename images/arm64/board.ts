/** arm64 machines with UEFI: servers and small boards that have it, U-Boot's own, QEMU's machine `virt`. */
import { join } from 'node:path';
import type { Board } from '../terminal/board.ts';
import { BOOT_MODULES, ROOT_MODULES } from './modules.ts';
import { arm64Parts, BUILD } from './parts.ts';

/** As for PCs, signed for machines with Secure Boot. */
const SIGNED_PACKAGES = ['shim-signed', 'grub-efi-arm64-signed'];

/** Downloads and compiles what is missing. */
export function arm64Board(): Board {
  const { source, kernel, alone } = arm64Parts(SIGNED_PACKAGES);
  return {
    name: 'arm64',
    build: join(BUILD, 'terminal'),
    source,
    kernel,
    bootModules: BOOT_MODULES,
    rootModules: ROOT_MODULES,
    words:
      'quiet loglevel=3 net.ifnames=0 panic=10 vt.global_cursor_default=0 console=tty0 console=ttyAMA0,115200',
    loaders: {
      'EFI/BOOT/BOOTAA64.EFI': join(alone, 'usr/lib/shim/shimaa64.efi.signed'),
      'EFI/BOOT/grubaa64.efi': join(alone, 'usr/lib/grub/arm64-efi-signed/grubaa64.efi.signed'),
    },
    hasBios: false,
    strip: 'aarch64-linux-gnu-strip',
  };
}
