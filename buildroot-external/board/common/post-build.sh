#!/bin/sh
# What Debian's image has, too: how the program is started, and its fonts' configuration. Called with the target's folder.
set -eu
target=$1
shared=$BR2_EXTERNAL_WAYRAY_PATH/../images/root/files
install -D -m 0755 "$shared/etc/init.d/terminal" "$target/etc/init.d/terminal"
install -D -m 0644 "$shared/etc/fonts/fonts.conf" "$target/etc/fonts/fonts.conf"
# The root is read-only: what is found out about the network lies in memory.
ln -sfn /run/resolv.conf "$target/etc/resolv.conf"
