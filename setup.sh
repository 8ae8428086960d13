#!/bin/sh
# Makes this checkout runnable on Debian 12 or newer: Debian packages, npm packages, native addons.
# Idempotent: a second run finds everything in place and takes about a second.
#   ./setup.sh          what `npm start` needs
#   ./setup.sh --test   also what the tests need
#   ./setup.sh --bench  also the peers that the bench compares with
#   ./setup.sh --vm     what `just vm-build` and its virtual machine need
#   ./setup.sh --image  what images to flash are built with, and the machines that boot them
set -eu
cd "$(dirname "$0")"

say() { printf 'setup: %s\n' "$*" >&2; }

run_packages='meson ninja-build pkg-config gcc g++ libc6-dev libwayland-dev libwayland-bin wayland-protocols
  libpixman-1-dev libxkbcommon-dev xkb-data libsdl2-dev libzstd-dev libfreetype-dev libpam0g-dev libpam-modules libpcsclite-dev libdrm-dev libudev-dev
  libinput-dev libseat-dev librsvg2-dev libavcodec-dev libavutil-dev libopenh264-dev pcscd libccid foot fonts-dejavu-core adwaita-icon-theme'
test_packages='git clang libclang-rt-14-dev clang-format shellcheck wlcs weston xvfb xdotool x11-utils x11-xkb-utils xauth gtk-3-examples
  gtk-4-examples qtwayland5 featherpad yad chromium mpv dbus iproute2 procps
  vsmartcard-vpcd umockdev libumockdev-dev waybar fuzzel mako-notifier libnotify-bin swaylock swayidle swaybg
  busybox-static dnsmasq-base avahi-daemon libssl-dev'
bench_packages='tigervnc-standalone-server tigervnc-viewer sway wayvnc jwm libxtst-dev libxdamage-dev libxext-dev libx11-dev libxi-dev'
vm_packages='qemu-system-x86 squashfs-tools busybox-static xz-utils kmod pcscd libccid libnss3-tools
  fdisk mtools dosfstools e2fsprogs grub-common grub-pc-bin grub-efi-amd64-bin'
image_packages="$vm_packages ovmf qemu-system-arm qemu-efi-aarch64 qemu-user gcc-aarch64-linux-gnu g++-aarch64-linux-gnu"

wanted=$run_packages
for option in "$@"; do
  case $option in
    --test) wanted="$wanted $test_packages" ;;
    --bench) wanted="$wanted $test_packages $bench_packages" ;;
    --vm) wanted="$wanted $vm_packages" ;;
    --image) wanted="$wanted $image_packages" ;;
    *) say "unknown option $option; allowed: --test, --bench, --vm, --image"; exit 2 ;;
  esac
done

missing_packages() {
  for package in $wanted; do
    dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || printf '%s ' "$package"
  done
}

install_packages() {
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" = 0 ]; then as_root=''
  elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then as_root=sudo
  else
    say "these Debian packages are missing and need root. Run this, then start again:"
    printf '  apt-get install --no-install-recommends %s\n' "$missing" >&2
    exit 1
  fi
  say "Debian packages: $missing"
  $as_root apt-get update -qq
  # shellcheck disable=SC2086 # the list is meant to be split
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

install_npm() {
  if cmp -s package-lock.json node_modules/.wayray-installed; then return 0; fi
  say 'npm packages'
  npm ci --no-audit --no-fund --loglevel=error
  # The package of just's binary names no command itself, and its wrapper wants binaries for systems that are no concern of ours.
  just=node_modules/rust-just-linux-x64/bin/just
  [ ! -x $just ] || ln -sf ../${just#node_modules/} node_modules/.bin/just
  cp package-lock.json node_modules/.wayray-installed
}

build_addons() {
  PATH="$PWD/node_modules/.bin:$PATH"
  node_root=$(node -p 'require("path").dirname(require("path").dirname(process.execPath))')
  if [ ! -f native/build/build.ninja ]; then
    say 'native addons: configure'
    meson setup native/build native -Dnode_root="$node_root" -Dnapi_root="$PWD/node_modules/node-addon-api" >/dev/null ||
      { cat native/build/meson-logs/meson-log.txt >&2; exit 1; }
  fi
  if ! ninja -C native/build -n | grep -q 'no work to do'; then
    say 'native addons: build'
    ninja -C native/build >&2
  fi
}

# esbuild takes less time than finding out whether it has to run
build_bundles() {
  say 'browser terminal and server: bundles'
  PATH="$PWD/node_modules/.bin:$PATH"
  node firmware/browser/bundle.ts
  node appliance/bundle.ts
}

install_packages
install_npm
build_addons
build_bundles
