/** The terminal's native addons for arm64, compiled on this machine against a sysroot of Debian's packages. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ARCHITECTURES } from '../root/architecture.ts';

const { triplet } = ARCHITECTURES.arm64;

/** The addons that a terminal loads, each with the packages that it is compiled against. */
export const CONCERNS: Record<string, readonly string[]> = {
  card: ['libpcsclite-dev'],
  drm: ['libdrm-dev', 'libudev-dev'],
  input: ['libinput-dev', 'libseat-dev', 'libudev-dev'],
  pixels: ['libpixman-1-dev', 'libzstd-dev'],
  process: [],
  stream: [],
  'video-decode-small': ['libopenh264-dev'],
  xkb: ['libxkbcommon-dev'],
};

/** The C library is the sysroot's, too, so that what is linked is what runs. */
export const ADDON_PACKAGES = ['libc6-dev', ...new Set(Object.values(CONCERNS).flat())];

export interface AddonsBuild {
  /** Source: native/ of the checkout. */
  readonly native: string;
  readonly sysroot: string;
  /** Root of a Node for arm64: its headers. */
  readonly nodeRoot: string;
  readonly napiRoot: string;
}

/** @param build meson's folder; afterwards it holds CONCERN/CONCERN.node and the cores' tests */
export function buildAddons(build: string, from: AddonsBuild): void {
  const concerns = Object.keys(CONCERNS).filter((name) => existsSync(join(from.native, name)));
  const cross = crossFile(from.sysroot);
  const setup = [
    ...['--cross-file', `${build}.cross`],
    `-Dnode_root=${from.nodeRoot}`,
    `-Dnapi_root=${from.napiRoot}`,
    `-Dconcerns=${concerns.join(',')}`,
  ];
  const wanted = `${cross}${setup.join('\n')}`;
  const stamp = `${build}.setup`;
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== wanted) {
    rmSync(build, { recursive: true, force: true });
    mkdirSync(build, { recursive: true });
    writeFileSync(`${build}.cross`, cross);
    execFileSync('meson', ['setup', build, from.native, ...setup], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    writeFileSync(stamp, wanted);
  }
  execFileSync('ninja', ['-C', build], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Runs a program of another processor by its name, so that the kernel need not know of it. */
const EMULATOR = '/usr/bin/qemu-aarch64';

/** In meson's words. */
function crossFile(sysroot: string): string {
  const wrapper = existsSync(EMULATOR) ? `exe_wrapper = ['${EMULATOR}', '-L', '${sysroot}']` : '';
  const flags = `['--sysroot=${sysroot}']`;
  return `[binaries]
c = '${triplet}-gcc'
cpp = '${triplet}-g++'
ar = '${triplet}-gcc-ar'
strip = '${triplet}-strip'
pkgconfig = 'pkg-config'
pkg-config = 'pkg-config'
${wrapper}

[properties]
sys_root = '${sysroot}'
pkg_config_libdir = ['${sysroot}/usr/lib/${triplet}/pkgconfig', '${sysroot}/usr/share/pkgconfig']

[built-in options]
c_args = ${flags}
cpp_args = ${flags}
c_link_args = ${flags}
cpp_link_args = ${flags}

[host_machine]
system = 'linux'
cpu_family = 'aarch64'
cpu = 'aarch64'
endian = 'little'
`;
}
