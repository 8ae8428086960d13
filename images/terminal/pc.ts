/** PCs: x86_64 with BIOS or UEFI. */
import { join } from 'node:path';
import { debianPackages } from '../debian.ts';
import { kernel } from '../kernel.ts';
import { CHECKOUT, thisMachine } from '../root/source.ts';
import { SYSTEM_PACKAGES } from '../root/system.ts';
import type { Board } from './board.ts';
import { BOOT_MODULES, ROOT_MODULES } from './modules.ts';

const BUILD = join(CHECKOUT, 'images/build');
/** Signed, so that machines with Secure Boot start them, too; and the kernel is signed by Debian as well. */
const SIGNED_PACKAGES = ['shim-signed', 'grub-efi-amd64-signed'];

/** Downloads what is missing. */
export function pc(): Board {
  const packages = debianPackages(join(BUILD, 'packages'), [
    ...SYSTEM_PACKAGES,
    ...SIGNED_PACKAGES,
  ]);
  return {
    name: 'x86_64',
    build: join(BUILD, 'terminal'),
    source: thisMachine(packages),
    kernel: kernel(join(BUILD, 'kernel')),
    bootModules: BOOT_MODULES,
    rootModules: ROOT_MODULES,
    words:
      'quiet loglevel=3 net.ifnames=0 panic=10 vt.global_cursor_default=0 console=tty0 console=ttyS0,115200',
    loaders: {
      'EFI/BOOT/BOOTX64.EFI': join(packages, 'usr/lib/shim/shimx64.efi.signed'),
      'EFI/BOOT/grubx64.efi': join(packages, 'usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed'),
    },
    hasBios: true,
    strip: 'strip',
  };
}
