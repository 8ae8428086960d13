#!/bin/sh
# The boot loader's menu, where genimage looks for it.
set -eu
here=$(dirname "$0")
install -D -m 0644 "$here/grub.cfg" "$BINARIES_DIR/efi-part/EFI/BOOT/grub.cfg"
