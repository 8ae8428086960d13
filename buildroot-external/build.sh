#!/bin/sh
# Builds a terminal's image with a checkout of Buildroot that is there already.
#   build.sh BUILDROOT=PATH board=NAME [MIRROR=URL] [OUTPUT=PATH]
# NAME: x86_64_efi, qemu_x86_64, rpi4, rpi5. MIRROR: where npm's tarballs are; default: what npm is configured to use.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
oldest=2026.02

fail() { printf 'image-buildroot: %s\n' "$*" >&2; exit 2; }

buildroot='' board='' mirror='' output=''
for setting in "$@"; do
  value=${setting#*=}
  case $setting in
    BUILDROOT=*) buildroot=$value ;;
    board=*) board=$value ;;
    MIRROR=*) mirror=$value ;;
    OUTPUT=*) output=$value ;;
    *) fail "unknown setting $setting; known: BUILDROOT=PATH board=NAME MIRROR=URL OUTPUT=PATH" ;;
  esac
done

boards=$(cd "$here/configs" && for file in wayray_*_defconfig; do
  file=${file#wayray_}
  printf '%s ' "${file%_defconfig}"
done)
[ -f "$buildroot/Config.in" ] || fail "BUILDROOT=$buildroot: expected a checkout of Buildroot"
[ -f "$here/configs/wayray_${board}_defconfig" ] || fail "board=$board: expected one of $boards"
version=$(make -s --no-print-directory -C "$buildroot" print-version)
[ "$(printf '%s\n' "$oldest" "$version" | sort -V | head -n 1)" = "$oldest" ] ||
  fail "Buildroot is $version; expected $oldest or newer"

output=${output:-$here/build/$board}
mirror=${mirror:-$(npm config get registry 2>/dev/null)}
mirror=${mirror%/}
[ -n "$mirror" ] || fail 'MIRROR: npm names none; expected a URL'

node "$here/bundle.ts"
mkdir -p "$output"
run() { make -C "$buildroot" O="$output" BR2_EXTERNAL="$here" "$@"; }
run "wayray_${board}_defconfig"
# A variable of the command line counts for more than the configuration's.
run BR2_WAYRAY_MIRROR="$mirror"
printf 'image-buildroot: see %s/images\n' "$output"
