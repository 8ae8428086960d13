import type { Kernel } from '../kernel.ts';
import type { RootSource } from '../root/source.ts';

/** A kind of machine that an image is made for. */
export interface Board {
  /** Of the image's file: wayray-terminal-NAME.img */
  readonly name: string;
  /** Folder for all that is made on the way. */
  readonly build: string;
  readonly source: RootSource;
  readonly kernel: Kernel;
  /** Drivers until the root is there, and the root's. */
  readonly bootModules: readonly string[];
  readonly rootModules: readonly string[];
  /** Words for the kernel. /dev/console is the last console of them that the machine has. */
  readonly words: string;
  /** Files of the boot partition that the firmware starts: their places there, and where they are now. */
  readonly loaders: Readonly<Record<string, string>>;
  /** It also starts where there is no UEFI. */
  readonly hasBios: boolean;
  /** The program that takes debuggers' names out of its binaries. */
  readonly strip: string;
}

/** Where Debian's signed GRUB looks for its settings, on every processor. */
export const GRUB_FOLDER = 'EFI/debian';
